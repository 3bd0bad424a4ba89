"""Compare methods: one damaged picture restored by every inverse method that can take what happened to it."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, ClassVar, cast

import numpy as np
import torch
from pydantic import AfterValidator
from torch import Tensor

from engines.checkpoint import Model
from engines.component import Options, option, validated
from engines.context import Context
from engines.counted import counted
from engines.errors import BadInput, BadOption, Diverged
from engines.events import Event, Measured, Noted, Progressed, Said, Saved, Shown
from engines.figure_rows import METHODS, PSNR, TABLE, save_rows
from engines.inverse.base import InverseChoice, InverseMethod, methods
from engines.learnt import meaningless
from engines.modalities.image import sheet, to_uint8
from engines.model_file import ModelSpec
from engines.model_names import spoken
from engines.process.paths import Path
from engines.process.times import time_grid
from engines.sampling import check_labels, find_model, open_model, sampled, steps
from engines.shown import MEASURED, TRUTH
from engines.tasks.base import SAMPLED, Cost
from engines.tasks.extent import check_header, reduced
from engines.tasks.fair_steps import MOST_STEPS, fair_steps
from engines.tasks.generate import sampling_cost
from engines.tasks.method_rows import KEPT, Rows
from engines.tasks.pictures import PictureOptions, PictureTask, Sight, open_picture
from engines.tasks.restore import DamagedOptions, Problem, Restore, RestoreOptions, RestoringOptions, conditioned, posed
from engines.tasks.restored_figures import restored_figures

ALL, FILE = "all", "restore-methods.csv"
TUNED = " (with the options of the form)"


def method_names(text: str) -> tuple[str, ...]:
    """Names of methods from a text with commas, each once, or all; raises BadOption naming an unknown one."""
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not names or names == (ALL,):
        return tuple(methods())
    for name in names:
        if name not in methods():
            raise BadOption(f"Method “{name}” is not known; choose “{ALL}” or from {', '.join(methods())}.")
    return names


def _all_known(text: str) -> str:
    method_names(text)
    return text


class MethodsOptions(PictureOptions, DamagedOptions):
    """A picture, what happened to it, and which methods are to find what it was."""

    methods: Annotated[str, AfterValidator(_all_known)] = option(
        ALL, title="Methods", max_length=500,
        help="Names of inverse methods, separated by commas, or “all”; those that cannot take the degradation are left "
             "out with the reason.")
    method: InverseChoice = option(RestoringOptions.model_fields["method"].default, title="Tuned method",
                                   help="The method that is tried with the options chosen here; all others have those "
                                        "that they begin with.")
    steps: int = option(50, title="Steps", ge=1, le=MOST_STEPS, group="Sampler",
                        help="Moves of plain sampling; every method gets about as many network calls as these take.")
    count: int = option(1, title="Count", ge=1, le=16, group="Samples",
                        help="Answers of each method; figures are means over them, and the first is shown.")

    def by(self, method: InverseMethod, steps: int) -> RestoreOptions:
        """The options of Restore that give the answers of a method.

        Args:
            method: with its own options.
            steps: as many as `fair_steps` says.
        """
        shared = {name: getattr(self, name) for name in RestoreOptions.model_fields if name in type(self).model_fields}
        return validated(RestoreOptions, {**shared, "method": method, "steps": steps})

    def chosen(self) -> list[InverseMethod]:
        """The methods with the options they are tried with: those of the form, of all others what they begin with."""
        return [self.method if name == self.method.name else usual(name) for name in method_names(self.methods)]

    def tuned(self, method: InverseMethod) -> bool:
        """Whether a method has options that the user chose."""
        return method == self.method and method != usual(method.name)

    def title(self, method: InverseMethod) -> str:
        """What a row of the table is called: “DPS (with the options of the form)”."""
        return f"{method.listed()}{TUNED if self.tuned(method) else ''}"

    def unlisted(self) -> str:
        """One sentence where the tuned method is none of those that are tried, else ""."""
        if not self.tuned(self.method) or self.method.name in method_names(self.methods):
            return ""
        return (f"The options of {self.method.word()} are not used, as it is none of the methods that are compared; "
                f"add “{self.method.name}” to them.")

    def refused(self, method: InverseMethod) -> str:
        """Why a method cannot be used with these options, as a sentence; "" where it can."""
        if why := method.unfit(self.degradation):
            return why
        try:
            method.check(self.sampler)
        except BadOption as error:
            return str(error)
        return ""


def usual(name: str) -> InverseMethod:
    """A method with the options that Restore begins with, else its defaults."""
    first: InverseMethod = RestoringOptions.model_fields["method"].default
    return first if name == first.name else methods()[name]()


class RestoreMethods(PictureTask):
    """Restore one picture by one method after the other, each with the same network, noise and about as many calls."""

    name: ClassVar[str] = "restore-methods"
    title: ClassVar[str] = "Methods"
    verb: ClassVar[str] = "Compare methods"
    summary: ClassVar[str] = "One damaged picture restored by every method that can take it, in one table."
    workspace: ClassVar[str] = "images"
    place: ClassVar[int] = 26
    pairs: ClassVar[tuple[str, ...]] = ("sampler", "degradation")
    goes_on: ClassVar[str] = KEPT
    gathers: ClassVar[str] = Restore.name
    Form: ClassVar[type[Options]] = MethodsOptions
    figures: ClassVar[Mapping[str, str]] = {
        **SAMPLED, "methods": "methods that restored the picture", "left_out": "those that could not",
        "psnr": "peak signal-to-noise ratio of the best of them, in dB, where the picture was whole",
        "tables": "the rows of the table, by the name of its file"}
    invitation: ClassVar[str] = "Open, drop or paste a picture to restore, or take a sample."
    hint: ClassVar[str] = "Choose what happened to the picture, then press Compare methods."
    in_grey: ClassVar[str] = "restores it in grey"
    finds: ClassVar[str] = Restore.finds
    foresees: ClassVar[bool] = True

    def title_of(self, options: Any) -> str:
        """“Methods for Gaussian blur”, with how many where not all are asked for."""
        made = cast(MethodsOptions, options)
        names = method_names(made.methods)
        which = "Methods" if len(names) == len(methods()) else counted(len(names), "method")
        return f"{which} for {made.degradation.called()}"

    def sight(self, options: Any, model: ModelSpec | None, channels: int) -> Sight | None:
        """None for a network that takes pictures of any size as they are."""
        return None if model is not None and model.network.anywhere else super().sight(options, model, channels)

    def cost_of(self, options: Any, model: ModelSpec | None) -> Cost | None:
        """The evaluations of all methods by their own count, and how many of them are of those that differentiate."""
        made = cast(MethodsOptions, options)
        tried = [method for method in made.chosen() if not made.refused(method)]
        steep = [method for method in tried if method.differentiates]
        cost = sampling_cost(made, model, partial(_evaluations, tried, made), gradients=bool(steep))
        flat = sampling_cost(made, model, partial(_evaluations, [one for one in tried if one not in steep], made))
        return cost if cost is None or flat is None or not steep else replace(cost, without=flat.evaluations)

    def caution(self, options: Any, model: ModelSpec | None) -> str:
        """A method that was tuned for nothing."""
        return super().caution(options, model) or cast(MethodsOptions, options).unlisted()

    def check_choices(self, options: Any, model: ModelSpec | None) -> None:
        """A sampler that cannot walk the model, or choices that leave no method."""
        super().check_choices(options, model)
        made = cast(MethodsOptions, options)
        reasons = [made.refused(method) for method in made.chosen()]
        if all(reasons):
            raise BadOption(reasons[0])

    def check(self, options: Any, files: Mapping[str, bytes], model: ModelSpec | None) -> None:
        """Refuse a picture that is too large."""
        made = cast(MethodsOptions, options)
        if model is not None:
            check_header(files, made, model, made.count)

    def foreseen(self, options: Any, pixels: np.ndarray[Any, np.dtype[Any]], model: ModelSpec | None,
                 files: Mapping[str, bytes] | None = None) -> np.ndarray[Any, np.dtype[Any]] | None:
        """What will be measured of the picture, as Restore foresees it."""
        made = cast(MethodsOptions, options)
        return Restore().foreseen(made.by(made.chosen()[0], made.steps), pixels, model, files)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield Said and Noted, Shown for what was measured and each result, the table as Saved, Sampled and Measured.

        The results are kept in a file of the folder; those it has already are not made again.
        """
        made = cast(MethodsOptions, options)
        check_labels(made.label, made.model, context)
        self.check_choices(made, None)
        spec = find_model(made.model, context).spec
        check_header(context.files, made, spec, made.count)
        picture = open_picture(context.files, made)
        problem = posed(made.by(made.chosen()[0], made.steps), picture, spec)
        yield from map(Noted, filter(None, (made.unlisted(), reduced(made.model, spec, picture),
                                               made.noise.remark(problem.measurement.noise))))
        yield Said(f"Loading model {spoken(made.model)}")
        model = open_model(made.model, context)
        yield from _posed(problem, meaningless(spec.learnt, self.finds))
        rows = Rows(context.folder / KEPT, known=problem.truth is not None)
        yield from _restored(made, model, problem, context, rows)
        yield from _told(rows)
        (context.folder / KEPT).unlink(missing_ok=True)  # there is nothing left to go on with


def _evaluations(tried: Sequence[InverseMethod], options: MethodsOptions, path: Path, times: Tensor) -> int:
    """How often all of these methods together call the denoiser for each sample; each has times of its own."""
    del times
    given = [fitted(method, options, path) for method in tried]
    return sum(method.evaluations(path, options.sampler, time_grid(path, number, options.spacing))
               for method, number in given)


def fitted(method: InverseMethod, options: MethodsOptions, path: Path) -> tuple[InverseMethod, int]:
    """A method as it is best tried with the network calls there are, and how many steps of it take them.

    What the user chose of a method stays as it is.
    """
    budget = options.sampler.evaluations(time_grid(path, options.steps, options.spacing))
    suited = method if options.tuned(method) else method.within(budget)
    return suited, fair_steps(suited, path, options.sampler, options.spacing, options.steps)


def _posed(problem: Problem, caution: str) -> Iterator[Event]:
    """What there is to restore, and what it was."""
    if caution:
        yield Noted(caution)
    yield Shown(MEASURED, to_uint8(problem.looked()[0].numpy()))
    if problem.truth is not None:
        yield Shown(TRUTH, to_uint8(problem.truth[0].numpy()))


def _restored(options: MethodsOptions, model: Model, problem: Problem, context: Context, rows: Rows) -> Iterator[Event]:
    """Run one method after the other, and show each as it is done; those that cannot be are told with the reason."""
    tried = list[InverseMethod]()
    for method in options.chosen():
        if why := options.refused(method):
            rows.leave_out(method.name, method.listed(), why)
            yield Noted(f"{method.listed()} was left out: {why}")
        else:
            tried.append(method)
    table, titles = context.folder / FILE, {method.name: options.title(method) for method in tried}
    save_rows(table, METHODS, rows.told(titles))
    yield Saved(TABLE, table)
    for k, method in enumerate(tried):
        if not rows.has(method.name):
            yield Said(f"Restoring by {method.word()}")
            yield from _by(method, options, model, problem, context, rows, (k, len(tried)))
            save_rows(table, METHODS, rows.told(titles))
        if (sample := rows.picture(method.name)) is not None:
            yield Shown(method.name, to_uint8(sample))
        yield Saved(TABLE, table)


def _by(method: InverseMethod, options: MethodsOptions, model: Model, problem: Problem, context: Context, rows: Rows,
        place: tuple[int, int]) -> Generator[Event, None, None]:
    """Restore by one method, the `place` of so many, and keep what comes of it."""
    suited, number = fitted(method, options, model.path)
    facts: dict[str, object] = {"steps": number, "options": json.dumps(suited.model_dump(mode="json"))}
    began, last = time.perf_counter(), None
    try:
        plan = conditioned(options.by(suited, number), model, problem, context, method.listed())
        for last in steps(plan):
            share = round(options.steps * last.index / last.total)
            yield Progressed(place[0] * options.steps + share, place[1] * options.steps)
        assert last is not None  # every walk has a step
        x = plan.finish(last.x).float().cpu()
        facts |= {"calls": last.nfe, "seconds": time.perf_counter() - began, **restored_figures(x, problem)}
        rows.add(method.name, options.title(method), facts, x[0].numpy())
    except (BadInput, Diverged) as error:
        rows.add(method.name, options.title(method), {**facts, "why": str(error)}, None)
        yield Noted(f"{method.listed()} has no figures: {error}")


def _told(rows: Rows) -> Iterator[Event]:
    """The results together, the best first, and what they add up to; nothing where no method came to its end."""
    ranked = rows.ranked()
    values = {"methods": float(len(ranked)), "left_out": float(rows.failed)}
    if ranked:
        pictures = np.stack([row.picture for row in ranked if row.picture is not None])
        # seconds are told by the call, and of a method that calls no network they would be those of another
        done = sampled(torch.as_tensor(pictures), round(sum(row.figure("calls") for row in ranked)),
                       sum(row.figure("seconds") for row in ranked if row.figure("calls") > 0))
        yield replace(done, pictures=(sheet(list(pictures)),))
        if ranked[0].figure(PSNR.name) == ranked[0].figure(PSNR.name):  # NaN where nobody knows what it was
            values[PSNR.name] = ranked[0].figure(PSNR.name)
    yield Measured(values)
