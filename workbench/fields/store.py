"""Fields by time: made beside the window when they are first wanted or while nothing else is, and kept."""

from __future__ import annotations

import json
from bisect import bisect, insort
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer

from widgets.drawing.numerals import significant
from workbench.background import Background
from workbench.fields.frames import FieldFrame, frame_of
from workbench.fields.known import Known, aim_key
from workbench.fields.own_rows import Rows

if TYPE_CHECKING:
    from engines.point_field import Marginal
    from engines.priors import Prior
    from engines.recipe import Recipe

MEMORY = 96 * 2**20  # bytes of fields that are kept
REST = 60  # ms without another wish after which one that can wait is fulfilled
NEAR = 0.01  # of time, for a field that stands for another one until that is made
PRIORS = 12  # densities and models that are kept ready
DECIDES = ("data", "prior", "path")  # the options that a field depends on
Time = tuple[float, float]  # t and the scale by which states are seen


@dataclass(frozen=True)
class Subject:
    """What fields are of: the options of a run, or of a form, that say what is true and what is sampled with.

    recipe: with validated options and the files that go with them; folders: where models are looked for.
    Subjects of equal priors have equal keys; of `shown`, which tells aims apart too, those of equal fields; and of
    `data`, which tells neither paths nor priors apart, those of equal points.
    """

    recipe: Recipe
    folders: tuple[Path, ...] = ()
    key: str = field(init=False)
    shown: str = field(init=False)
    data: str = field(init=False)

    def __post_init__(self) -> None:
        """Make the keys once."""
        options = {name: self.recipe.options.get(name) for name in DECIDES}
        files = {name: hash(data) for name, data in sorted(self.recipe.files.items())}
        object.__setattr__(self, "key", json.dumps([options, files, sorted(self.recipe.fingerprints.items())]))
        object.__setattr__(self, "shown", self.key + aim_key(self.recipe))
        object.__setattr__(self, "data", json.dumps([options["data"], files]))


class FieldStore:
    """Makes and keeps fields. It has no signals.

    Args:
        background: makes them.
        failed: is told a sentence where that did not work.
    """

    def __init__(self, background: Background, failed: Callable[[str], object]) -> None:
        self._background, self._failed = background, failed
        self._frames = OrderedDict[tuple[str, Time], FieldFrame]()
        self._times = dict[str, list[Time]]()  # of the frames of each subject, in order
        # while one scrubs, what is made beside the window would hold up what is painted there
        self._rest = QTimer(background, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._begin)
        self._priors = OrderedDict[str, Known]()
        self._bytes, self._busy = 0, False
        self._wanted: tuple[Subject, tuple[Time, ...], Callable[[], object]] | None = None
        self._ahead: tuple[tuple[Subject, Time], ...] = ()
        self._refused = set[str]()  # subjects that cannot be, which was told
        self.lined = False  # whether streamlines are looked at; fields of before then get theirs when they are wanted

    @property
    def busy(self) -> bool:
        """Whether one is being made, or waits for its turn."""
        return self._busy or self._wanted is not None

    def known(self, subject: Subject, time: Time) -> FieldFrame | None:
        """The field of a time, None while it is not made."""
        return self._frames.get((subject.shown, time))

    def near(self, subject: Subject, time: Time) -> FieldFrame | None:
        """That of the nearest time for which there is one, None where it is farther than a hundredth away."""
        times = self._times.get(subject.shown, [])
        at = bisect(times, time)
        found = min(times[max(at - 1, 0) : at + 1], key=lambda one: abs(one[0] - time[0]), default=None)
        return None if found is None or abs(found[0] - time[0]) > NEAR else self._frames[subject.shown, found]

    def prior(self, subject: Subject) -> Prior | None:
        """The density or model of a subject, None before the first of its fields is there."""
        known = self.truth(subject)
        return None if known is None else known.prior

    def truth(self, subject: Subject) -> Known | None:
        """What is true of a subject beside what it is sampled with, None before the first of its fields is there."""
        if subject.key in self._priors:
            self._priors.move_to_end(subject.key)  # what is looked at is not what goes first
        return self._priors.get(subject.key)

    def marginal(self, subject: Subject, time: Time) -> Marginal | None:
        """What is true of a subject at a time, quick to ask for a few points; None before its first field is there."""
        known = self.truth(subject)
        return None if known is None else marginal_of(known.truth, time)

    def learned(self, subject: Subject, time: Time) -> Marginal | None:
        """What the model of a subject believes at a time; None for one that is sampled with the truth itself."""
        known = self.truth(subject)
        return None if known is None or known.prior is known.truth else marginal_of(known.prior, time)

    def want(self, subject: Subject, times: Sequence[Time], done: Callable[[], object], *, rest: bool = False) -> None:
        """Make what is missing of some fields, and call `done` when it is there; what was wanted before is given up.

        What is true of the subject is missing, too, where others took its place while its fields are still kept.

        rest: there is one that can stand for it, so it has time until nothing else is wanted for a moment.
        """
        missing = self._missing(subject, times)
        if missing is not None and subject.key not in self._refused:
            self._wanted = subject, missing, done
            if rest:
                self._rest.start()
                return
            self._rest.stop()
            self._begin()
        elif self._rest.isActive():
            self._rest.start()  # whoever scrubs comes by what is made already, and goes on

    def _missing(self, subject: Subject, times: Iterable[Time]) -> tuple[Time, ...] | None:
        """The times whose fields are to be made; none where only what is true of the subject is, None without that."""
        missing = tuple(time for time in times if self._lacks(subject, time))
        return missing if missing or subject.key not in self._priors else None

    def _lacks(self, subject: Subject, time: Time) -> bool:
        """Whether a field is not made, or not with all that is looked at."""
        known = self.known(subject, time)
        return known is None or (self.lined and known.lines is None)

    def ahead(self, wishes: Iterable[tuple[Subject, Time]]) -> None:
        """Make these too, one after the other, while nothing else is wanted; those of before are given up."""
        self._ahead = tuple(wishes)
        self._begin()

    def forgive(self) -> None:
        """Try again what could not be: the models are others."""
        self._refused.clear()

    def _begin(self) -> None:
        if self._busy or self._rest.isActive():
            return
        if self._wanted is not None:
            (subject, times, done), self._wanted = self._wanted, None
            times = self._missing(subject, times)  # some were made ahead meanwhile
            if times is None:
                done()
                self._begin()
                return
        else:
            found = self._next_ahead()
            if found is None:
                return
            (subject, times), done = found, _nobody
        self._busy = True
        known, lined = self._priors.get(subject.key), self.lined
        self._background.do(lambda: _made(subject, times, known, lined), lambda made: self._keep(subject, made, done),
                            lambda why: self._give_up(subject, why))

    def _next_ahead(self) -> tuple[Subject, tuple[Time, ...]] | None:
        """The next time that is made while nothing is wanted, None when there is none, or no room."""
        if self._bytes > MEMORY / 2:
            return None
        left = [wish for wish in self._ahead if self._lacks(*wish) and wish[0].key not in self._refused]
        self._ahead = tuple(left[1:])
        return (left[0][0], (left[0][1],)) if left else None

    def _keep(self, subject: Subject, made: tuple[Known, Mapping[Time, FieldFrame]],
              done: Callable[[], object]) -> None:
        self._busy = False
        if made[0].amiss and subject.key not in self._priors:
            self._failed(made[0].amiss)
        self._priors[subject.key], frames = made
        self._priors.move_to_end(subject.key)
        while len(self._priors) > PRIORS:
            self._priors.popitem(last=False)
        for time, frame in frames.items():
            before = self._frames.get((subject.shown, time))  # two were on their way, or that one lacked something
            if before is None:
                insort(self._times.setdefault(subject.shown, []), time)
            self._frames[subject.shown, time] = frame
            self._bytes += frame.nbytes - (before.nbytes if before else 0)
        while self._bytes > MEMORY and len(self._frames) > len(frames):
            (key, time), gone = self._frames.popitem(last=False)
            self._times[key].remove(time)
            self._bytes -= gone.nbytes
        done()
        self._begin()

    def _give_up(self, subject: Subject, why: str) -> None:
        self._busy = False
        self._refused.add(subject.key)
        self._failed(why)
        self._begin()


def marginal_of(prior: Prior, time: Time) -> Marginal:
    """What is known of a prior at a time."""
    from engines.point_field import Marginal

    return Marginal(prior.denoiser, prior.path, *time)


def _made(subject: Subject, times: Sequence[Time], known: Known | None,
          lined: bool = False) -> tuple[Known, dict[Time, FieldFrame]]:
    """The fields of some times, and what they are of; raises WorkbenchError."""
    known = known_of(subject) if known is None else known
    prior, aim = known.prior, known.aim(subject.recipe)
    words, blur = aim.words(known.data.classes()), 0.0 if aim.shares else known.rows.blur
    made = dict[Time, FieldFrame]()
    for time in times:
        truth = marginal_of(known.truth, time)
        title = f"{words}, blur {significant(known.told(blur), 2)}" if truth.blurs(blur) else words
        made[time] = frame_of(marginal_of(prior, time), prior.dimension, truth, aim, title, blur, lined=lined)
    return known, made


def known_of(subject: Subject) -> Known:
    """What is true of a subject and what it is sampled with; some milliseconds to a second.

    Of data that a model does not fit, as a form may have them, only what is true. Raises WorkbenchError.
    """
    from engines.context import Context
    from engines.device import device
    from engines.errors import Unfit
    from engines.priors import EXACT, exact_prior, prior_of
    from engines.tasks.base import options_of

    options: Any = options_of(subject.recipe)
    context = Context(device("cpu"), Path(), subject.folders, subject.recipe.files,
                      fingerprints=subject.recipe.fingerprints)
    data = options.data.bound(subject.recipe.files)
    try:
        prior = prior_of(data, options.prior, options.path, context)
    except Unfit as error:
        exact = exact_prior(data, options.path)
        return Known(exact, exact, data, str(error), Rows.of(data))
    # beside a model, a fitted mixture too, stands the truth, on the model's own path
    return Known(prior, prior if options.prior == EXACT else exact_prior(data, prior.path), data, rows=Rows.of(data))


def _nobody() -> None:
    """Nobody waits for it."""
