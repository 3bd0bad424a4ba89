"""Edit: start from a picture instead of noise (SDEdit)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar, cast

import torch

from engines.checkpoint import Model
from engines.component import Options, option
from engines.inverse.sdedit import sdedit_start
from engines.sampling import FREE, Plan, open_model, sample
from engines.tasks.base import Context, Start, Task
from engines.tasks.events import Event, Said
from engines.tasks.generate import RECORDED, SampleOptions, plan_of
from engines.tasks.pictures import PictureOptions, open_picture


class EditOptions(PictureOptions, SampleOptions):
    """A picture and how much of it to replace."""

    strength: float = option(0.6, title="Strength", ge=0, le=1, widget="slider",
                             help="Share of the path that is noised: 0 keeps the picture, 1 replaces it.")
    label: str = option(FREE, title="Class", widget="class", group="Samples",
                        help="“free” for none, “each” class in turn, or class names separated by commas.")
    count: int = option(4, title="Count", help="How many variants.", ge=1, le=RECORDED, group="Samples")


class Edit(Task):
    """Noise a picture to some strength and sample on from there (Meng et al. 2022)."""

    name: ClassVar[str] = "edit"
    title: ClassVar[str] = "Edit"
    verb: ClassVar[str] = "Run"
    summary: ClassVar[str] = "Variations of a picture, as near or far as you like."
    Form: ClassVar[type[Options]] = EditOptions

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield Said, Opened, a Stepped for each step from the start on, and Sampled."""
        chosen = cast(EditOptions, options)
        yield Said(f"Loading model {chosen.model}")
        model = open_model(chosen.model, context)
        yield from sample(started(chosen, model, context))


def started(options: EditOptions, model: Model, context: Context) -> Plan:
    """The plan of sampling from the noised picture, or from the context's own start when it has one."""
    plan = replace(plan_of(options, model, context), title=f"Edit, strength {options.strength:g}")
    picture = open_picture(context.files, options).model_input(model.spec.channels, model.spec.size)
    image = torch.tensor(picture)[None].to(context.device.torch)
    x, index = sdedit_start(model.path, plan.times, image, options.strength, plan.noise)
    return replace(plan, start=plan.start or Start(index, x.cpu().numpy()), skipped=index)
