"""Task: a user's whole job, from a validated options model to an iterator of events."""

from __future__ import annotations

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from engines.component import ATTACHED, Options, as_recorded, hinted, validated
from engines.context import Context
from engines.errors import BadInput
from engines.events import Event, Noted
from engines.formula import Explanation
from engines.learnt import Learnt, meaningless
from engines.modality import Modality
from engines.model_file import ModelSpec
from engines.recipe import Recipe
from engines.samplers.base import Sampler

SAMPLED = {"nfe": "network evaluations that each sample took",
            "sha256": "fingerprint of the sample array (float32): equal for equal samples"}


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run takes: how many samples, network evaluations for each, and whether with gradients through it.

    without: how many of the evaluations need no gradients though others do.
    of: what is evaluated where it is no model, by a name under which its speed is remembered; work: roughly in
    proportion to the arithmetic of one evaluation, in bytes of a model × pixels.
    """

    samples: int
    evaluations: int
    gradients: bool = False
    of: str = ""
    work: float = 0.0
    without: int = 0


class Task(ABC):
    """One job. A subclass sets the class variables and `run`; one file per task.

    `verb` is the label of its button; `Form` is its options model. `workspace` is the short
    name of the workspace that shows it, "" for a task of the command line alone, and `place`
    orders the tasks there. `shows_course` says that the states on the way are the result as
    much as the last one. `figures` explains what a finished run reports, by name. `leaves` is a pattern
    of the files that it writes into its folder by itself, "" where whoever runs it writes its samples.
    `modality` is the data that it works on, and so which models it takes. `needs_state` is False where a run can
    go on from the index of a step alone. `skips` says, where a run may begin later than with its first step, what
    skips those before. `goes_on` is a file of its own in the run's folder that a resumed run goes on from, "" for none.
    `makes` is the option that names the model it makes, "" where it makes none.
    `threads` is how many threads it computes with where nothing is said, 0 for as many as there are. `shown_as` is the
    name of the view that shows its runs, in a workspace that has several. `draws` says that they end with samples,
    which show what their model can, and not with figures alone. `pairs` are the options that
    `check_choices` looks at, as far as the form has them. `in_order` says that its samples are a sequence, so that a
    film shows them one after the other. `ways` is how often a run goes through its steps. `lasts` is how long its runs
    are, 0 for those of seconds, more for longer ones: one rests while a shorter one is computed for the user.
    `finds` names what it finds by a model's means of the data, so that it means nothing of a model that learned others,
    and "" is for what any model can be asked; `noises` says that it is found with noise of all kinds on the data.
    `gathers` names the task that it does many times over, with the options of its form: what it comes to is a table,
    whose rows may have options for that form in turn.
    """

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    verb: ClassVar[str] = "Run"
    summary: ClassVar[str] = ""
    workspace: ClassVar[str] = ""
    modality: ClassVar[Modality] = Modality.IMAGE
    place: ClassVar[int] = 100
    Form: ClassVar[type[Options]] = Options
    shows_course: ClassVar[bool] = False
    figures: ClassVar[Mapping[str, str]] = {}
    leaves: ClassVar[str] = ""
    needs_state: ClassVar[bool] = True
    skips: ClassVar[str] = ""
    goes_on: ClassVar[str] = ""
    makes: ClassVar[str] = ""
    threads: ClassVar[int] = 0
    shown_as: ClassVar[str] = ""
    draws: ClassVar[bool] = True
    pairs: ClassVar[tuple[str, ...]] = ("sampler",)
    in_order: ClassVar[bool] = False
    ways: ClassVar[int] = 1
    lasts: ClassVar[int] = 0
    finds: ClassVar[str] = ""
    noises: ClassVar[bool] = False
    gathers: ClassVar[str] = ""

    def title_of(self, options: Any) -> str:
        """What a run with these options, valid ones of `Form`, is called, in the user's words."""
        del options
        return self.title

    def cost_of(self, options: Any, model: ModelSpec | None) -> Cost | None:
        """What a run from its beginning takes: exactly what it will report, where its sampler can tell beforehand.

        None where evaluations are no measure of it, as in training.

        Args:
            options: valid ones of `Form`.
            model: what the model named in them is; None for a task without one.

        Raises:
            BadInput: these options cannot run with this model.
        """
        del options, model

    def course_of(self, options: Any) -> str:
        """How many moves a run shows, in words, where these are more than its steps: "130 with resampling", else "".

        Args:
            options: valid ones of `Form`.
        """
        del options
        return ""

    def explained(self, options: Any) -> Explanation | None:
        """The formula of what it works out, where its events open no walk or fit that tells its own; None for none.

        Args:
            options: valid ones of `Form`.
        """
        del options

    def check(self, options: Any, files: Mapping[str, bytes], model: ModelSpec | None) -> None:
        """Refuse what can be known to fail before a run; quick, and nothing where there is nothing to look at.

        Args:
            options: valid ones of `Form`.
            files: attachments of the recipe.
            model: what the model named in the options is; None for a task without one.

        Raises:
            BadInput: one sentence on what is wrong and how to mend it.
        """
        del options, files, model

    def check_choices(self, options: Any, model: ModelSpec | None) -> None:
        """Refuse choices that cannot go together, whatever the files; a form asks it of all that it offers.

        Here a sampler that cannot walk the model.

        Args:
            options: valid ones of `Form`.
            model: what the model named in them is; None for one that is exact, or a task without one.

        Raises:
            BadOption: one sentence on what does not fit, and what does.
        """
        sampler = getattr(options, "sampler", None)
        if isinstance(sampler, Sampler):
            sampler.check(1 if model is None else model.outputs)

    def caution(self, options: Any, model: ModelSpec | None) -> str:
        """What goes together and yet gives poor results: one sentence with what does better, or "".

        Here a model without the means of the data that the task finds something by.

        Args:
            options, model: as for `check_choices`.
        """
        del options
        return "" if model is None else meaningless(model.learnt, self.finds, noises=self.noises)

    def unmeant(self, learnt: Learnt) -> Iterator[Event]:
        """Noted where what the task finds means nothing of a model that has learned that."""
        sentence = meaningless(learnt, self.finds, noises=self.noises)
        if sentence:
            yield Noted(sentence)

    def stored(self, folder: str) -> Recipe | None:
        """The recipe of a run of this task that another may continue, None where it is not known.

        Args:
            folder: what the option with the widget "training" says.

        Raises:
            BadInput: there is no such run.
        """
        del folder

    def takes(self, widget: str) -> str:
        """The option that is edited with this widget ("image", "mask", "model"), "" when there is none."""
        return next(iter(hinted(self.Form, widget)), "")

    def prior(self) -> str:
        """The option that names the model it draws with, also one that may be exact instead; "" when there is none."""
        return self.takes("model") or self.takes("prior")

    def attached(self) -> dict[str, str]:
        """The files that go with a run, by their kind ("image", "mask"), as the options name them by default."""
        found = {kind: self.takes(kind) for kind in sorted(ATTACHED)}
        return {kind: str(self.Form.model_fields[option].default) for kind, option in found.items() if option}

    def spares(self, values: Mapping[str, Any]) -> frozenset[str]:
        """The kinds of `attached` that a run with these values of its form does without; none here."""
        del values
        return frozenset()

    def unused(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        """The options that play no part beside these values of its form, each with the reason; none here."""
        del values
        return {}

    def users_of(self, kind: str) -> tuple[str, tuple[str, ...]]:
        """The option whose choices need a kind of file that `spares` may have, and their names; ("", ()) for none.

        kind: of `attached`.
        """
        del kind
        return "", ()

    @abstractmethod
    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Do the job, yielding events; raises WorkbenchError for what a user can mend."""


@cache
def tasks() -> dict[str, Task]:
    """Every task known, by name: one instance of each subclass in `engines.tasks`."""
    root = importlib.import_module("engines.tasks")
    modules = [importlib.import_module(m.name) for m in pkgutil.iter_modules(root.__path__, "engines.tasks.")]
    # only classes defined in the module itself: tasks import each other's
    found = [c() for module in modules for c in vars(module).values()
             if isinstance(c, type) and issubclass(c, Task) and c.name and c.__module__ == module.__name__]
    return {task.name: task for task in sorted(found, key=lambda task: task.name)}


def task(name: str) -> Task:
    """The task of that name; raises BadInput listing the known ones."""
    if name not in tasks():
        raise BadInput(f"Task “{name}” is not known; choose one of {', '.join(tasks())}.")
    return tasks()[name]


def options_of(recipe: Recipe) -> Options:
    """The validated options of a recipe; raises BadInput for an unknown task or an option out of range."""
    form = task(recipe.task).Form
    # only a run that was computed somewhere has that on record, and is to be repeated to the bit
    return validated(form, as_recorded(form, recipe.options) if recipe.backend else recipe.options)
