"""Edit: start from a picture instead of noise (SDEdit)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar, Self, cast

import torch
from pydantic import field_validator, model_validator

from engines.checkpoint import Model
from engines.component import Options, option
from engines.context import Context, Start
from engines.counted import counted
from engines.errors import BadOption
from engines.events import Event, Noted, Said
from engines.inverse.sdedit import first_move, sdedit_start
from engines.learnt import Learnt, meaningless
from engines.model_file import ModelSpec
from engines.model_names import spoken
from engines.process.noise import Noise
from engines.process.times import time_grid
from engines.sampling import Plan, check_labels, find_model, open_model, sample
from engines.shown import CANVAS
from engines.tasks.base import SAMPLED, Cost
from engines.tasks.extent import check_header, seen_by
from engines.tasks.generate import TOGETHER, SampleOptions, plan_of, sampling_cost, walk_caution
from engines.tasks.painted import PaintedOptions, open_painted
from engines.tasks.pictures import Array, Picture, PictureTask, Sight, lacking
from engines.tasks.shared_options import label_option
from engines.tasks.strengths import brought_back, shares, strengths_option, work


class EditOptions(PaintedOptions, SampleOptions):
    """A picture and how much of it to replace."""

    image: str = option(CANVAS, title="Picture", widget="image",
                        help="The picture to start from. Its middle square, or the crop, is scaled to the size of the "
                             "model’s images, which the results have too; a model of pictures of any size takes it as "
                             "it is.")
    strength: float = option(0.6, title="Strength", ge=0, le=1, widget="slider",
                             help="Share of the path that is noised: 0 keeps the picture, 1 replaces it.")
    label: str = label_option()
    strengths: tuple[int, ...] = strengths_option(
        (), "Brings the picture back from each of these instead, all with the noise of one seed; empty for the one "
            "strength alone.", most=TOGETHER, advanced=True)
    count: int = option(4, title="Count", help="How many variants.", ge=1, le=TOGETHER, group="Samples")

    supersedes: ClassVar[Mapping[str, tuple[str, ...]]] = {**SampleOptions.supersedes,
                                                           "strengths": ("strength", "count", "seeds")}

    @model_validator(mode="before")
    @classmethod
    def _one_each(cls, values: Any) -> Any:
        # one sample a strength, of one seed: whatever reads count or seeds then finds what will be sampled
        given = cast(dict[str, Any], values if isinstance(values, dict) else {})
        strengths = given.get("strengths")
        many = isinstance(strengths, list | tuple) and len(cast(tuple[Any, ...], strengths))
        return {**given, "count": many, "seeds": ()} if many else cast(Any, values)

    @field_validator("strengths")
    @classmethod
    def _in_percent(cls, strengths: tuple[int, ...]) -> tuple[int, ...]:
        for strength in strengths:
            if not 0 <= strength <= 100:
                raise BadOption(f"A strength of {strength} % cannot be; use numbers from 0 (keep the picture) to 100 "
                                "(replace it).")
        return strengths

    @property
    def chosen_strengths(self) -> tuple[float, ...]:
        """The strength of each kind of result, in [0, 1]."""
        return shares(self.strengths) or (self.strength,)

    def chosen_seeds(self) -> tuple[int, ...]:
        """The one seed for every strength; of a single strength as ever."""
        return (self.seed,) * len(self.strengths) if self.strengths else super().chosen_seeds()

    def alike(self) -> Self:
        """These options with one class for all strengths, the first."""
        return self.model_copy(update={"label": self.label.split(",")[0]}) if self.strengths else self


class Edit(PictureTask):
    """Noise a picture to some strength and sample on from there (Meng et al. 2022)."""

    name: ClassVar[str] = "edit"
    title: ClassVar[str] = "Edit"
    verb: ClassVar[str] = "Run"
    summary: ClassVar[str] = "Variations of a picture, as near or far as you like."
    workspace: ClassVar[str] = "images"
    place: ClassVar[int] = 30
    Form: ClassVar[type[Options]] = EditOptions
    figures: ClassVar[Mapping[str, str]] = SAMPLED
    invitation: ClassVar[str] = "Open, drop or paste a picture to draw variations of it, or take a sample."
    hint: ClassVar[str] = "Paint on the picture or leave it as it is, then press Run to see variations of it."
    skips: ClassVar[str] = "Skipped by the strength"

    def title_of(self, options: Any) -> str:
        """“4 edits, strength 0.6”, “9 edits, strengths 0.1 to 0.9”."""
        chosen = cast(EditOptions, options)
        low, high = min(chosen.chosen_strengths), max(chosen.chosen_strengths)
        told = f"strengths {low:g} to {high:g}" if low < high else f"strength {low:g}"
        return f"{counted(chosen.count, 'edit')}, {told}"

    def cost_of(self, options: Any, model: ModelSpec | None) -> Cost | None:
        """The sampler's evaluations from the picture's noise level on; of several those of the strongest.

        As many samples as would take all of them with those evaluations.
        """
        chosen = cast(EditOptions, options).alike()
        found = sampling_cost(chosen, model, lambda path, times: work(
            chosen.sampler, path, times, chosen.chosen_strengths)[0])
        if found is None or model is None or not chosen.strengths:
            return found
        times = time_grid(model.path, chosen.steps, chosen.spacing)
        return replace(found, samples=work(chosen.sampler, model.path, times, chosen.chosen_strengths)[1])

    def sight(self, options: Any, model: ModelSpec | None, channels: int) -> Sight | None:
        """None for a network that takes pictures of any size as they are."""
        return None if model is not None and model.network.anywhere else super().sight(options, model, channels)

    def placed(self, options: Any, files: Mapping[str, bytes], size: int) -> tuple[Picture, Array | None]:
        """The picture as it was painted on, since its results are compared with that."""
        del size
        return open_painted(files, cast(EditOptions, options)), None

    def caution(self, options: Any, model: ModelSpec | None) -> str:
        """A model that knows no picture with this noise, or what is said of the steps that are made."""
        return "" if model is None else edit_caution(cast(EditOptions, options), model)

    def check(self, options: Any, files: Mapping[str, bytes], model: ModelSpec | None) -> None:
        """Refuse a picture that is too large."""
        chosen = cast(EditOptions, options)
        if model is not None:
            check_header(files, chosen, model, chosen.count)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield Noted for what is poor, Said, Opened, a Stepped for each step from the start on, and Sampled."""
        chosen = cast(EditOptions, options)
        check_labels(chosen.label, chosen.model, context)
        spec = find_model(chosen.model, context).spec
        check_header(context.files, chosen, spec, chosen.count)
        picture = open_painted(context.files, chosen)
        # of one that goes on it was said
        caution = edit_caution(chosen, spec) if context.start is None else ""
        for remark in filter(None, (lacking(context.files, chosen), fitting_remark(picture, spec), caution)):
            yield Noted(remark)
        yield Said(f"Loading model {spoken(chosen.model)}")
        yield from sample(started(chosen, open_model(chosen.model, context), picture, context, self.title_of(chosen)))


def edit_caution(options: EditOptions, model: ModelSpec) -> str:
    """One sentence where an edit is poor: of a model of pairs that begins midway, or of the walk from there on."""
    times, strongest = time_grid(model.path, options.steps, options.spacing), max(options.chosen_strengths)
    midway = 0 < first_move(model.path, times, strongest) < len(times) - 1
    # at no strength there is no noise on the picture, and at full strength hardly anything but noise
    lost = meaningless(model.learnt, "its edit", noises=True) if model.learnt is Learnt.PAIRED and midway else ""
    return lost or walk_caution(options, model, strongest)


def fitting_remark(picture: Picture, spec: ModelSpec) -> str:
    """One sentence on what the model saw of a picture, and so what the results show; "" when it was all of it."""
    height, width, channels = picture.pixels.shape
    if spec.network.anywhere:
        return "" if spec.channels >= channels else "The model saw the picture in grey."
    seen = Sight("The model saw", spec.size, spec.channels).of(picture.crop, (width, height), channels)
    return seen and f"{seen}; the picture has {width} × {height} px and the results have {spec.size} × {spec.size}."


def started(options: EditOptions, model: Model, picture: Picture, context: Context, title: str) -> Plan:
    """The plan of sampling from the noised picture, or from the context's own start when it has one."""
    image = torch.tensor(seen_by(model.spec, picture, options.crop_side, options.count))[None].to(context.device.torch)
    plan = plan_of(options.alike(), model, context, title)
    plan = replace(plan, noise=Noise(plan.noise.seeds, tuple(image.shape[1:]), context.device.torch))
    if options.strengths:
        return brought_back(replace(plan, labels=plan.labels[:1] * len(plan.labels)), image, options.chosen_strengths)
    x, index = sdedit_start(model.path, plan.times, image, options.strength, plan.noise)
    # a resumed or branched run brings its own state; moves before the picture's level are in neither case made
    return replace(plan, start=plan.start or Start(index, x.cpu().numpy()), skipped=index)
