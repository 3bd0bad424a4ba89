"""Train: make a model from the bundled digits or from a folder of images."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, cast

import torch

from engines.checkpoint import build_network
from engines.component import Options
from engines.context import Context
from engines.counted import counted
from engines.data.digits import digits
from engines.data.folder import Colour, load_folder
from engines.data.imageset import ImageSet
from engines.data.patches import PatchSet, load_patches
from engines.data.square import Fit
from engines.data.survey import DIGITS
from engines.device import Device
from engines.errors import BadOption
from engines.events import Event, Noted, Said
from engines.modality import Modality
from engines.model_file import ModelSpec
from engines.tasks.training import TrainingTask
from engines.training.draws import draw, generator
from engines.training.few import too_few
from engines.training.objective import Goal, backward
from engines.training.objectives.base import PIXELS, Setting
from engines.training.options import TrainOptions
from engines.training.portions import PORTIONS
from engines.training.run import PREVIEW_STEPS, Run, on_device
from engines.training.taken_up import check_resume


class Train(TrainingTask):
    """Train a model; after every checkpoint the state and the model are in the run's folder."""

    name: ClassVar[str] = "train"
    title: ClassVar[str] = "Train"
    verb: ClassVar[str] = "Train"
    summary: ClassVar[str] = "Make a model from the bundled digits or from your own images."
    workspace: ClassVar[str] = "train"
    Form: ClassVar[type[Options]] = TrainOptions
    figures: ClassVar[Mapping[str, str]] = {
        "step": "updates done, of `steps`", "loss": "of the last update",
        "validation_loss": "of the averaged weights on images held back"}

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Train, yielding Trained, Validated, Previewed and Saved; closing it saves and keeps what is done.

        A run whose folder already holds a state continues it, with the losses it would have had.
        Raises BadData or BadOption before it starts, OutOfMemory later, with what is done saved, or
        Diverged: the files then stay as the last checkpoint left them, since better weights are not to be had.
        """
        chosen = cast(TrainOptions, options)
        check_resume(chosen, context.folder)
        data = yield from open_data(chosen, context.cache or context.folder)
        if few := few_of(data, chosen.batch):
            yield Noted(few)
        yield Said("Preparing the network")
        run = Run(self.name, chosen, context, data, spec_of(chosen, data))
        what = "picture" if isinstance(data, PatchSet) else "image"
        yield Said(f"Training on {counted(len(data.train), what)} of {data.title}; the first step takes longest")
        yield from run.kept()


def few_of(data: ImageSet | PatchSet, batch: int) -> str:
    """What happens where there are few images for a batch, else ""; even one picture has thousands of squares."""
    return "" if isinstance(data, PatchSet) else too_few(len(data.train), batch, held=len(data.validation))


def open_data(options: TrainOptions, cache: Path) -> Generator[Event, None, ImageSet | PatchSet]:
    """The data set that the options name, as the generator's value; raises BadData or BadOption.

    What can be refused without reading an image is refused first.
    """
    options.network.check((1, options.size, options.size), 0)
    if not options.objective.taught_by:  # a teacher is looked for when the data are known
        options.objective.check(Setting(options.path, options.prediction, known=PIXELS),
                                (1, options.size, options.size))
    if options.data != DIGITS:
        folder = Path(options.data).expanduser()
        if options.fit is Fit.CUT:
            return (yield from load_patches(folder, options.size, options.colour, cache))
        return (yield from load_folder(folder, options.size, options.colour, cache, options.fit))
    yield Said("Reading the bundled digits")
    data = digits()
    if options.size != data.size or options.colour is Colour.COLOUR:
        raise BadOption(f"The digits are grey and {data.size} px wide, not {options.size} px {options.colour}; "
                        f"choose size {data.size} and grey.")
    return data


def spec_of(options: TrainOptions, data: ImageSet | PatchSet) -> ModelSpec:
    """What the model will be."""
    return ModelSpec(title=options.name, channels=data.channels, size=data.size, classes=data.classes,
                     prediction=options.prediction, path=options.path, network=options.network,
                     outputs=options.objective.outputs, licence=data.licence, data=data.source,
                     learnt=options.objective.learnt)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a training will cost: seconds, numbers in the network, megabytes of its two files."""

    seconds: float
    parameters: int
    megabytes: float


def effort(options: TrainOptions, done: int = 0) -> float:
    """What is to do after step `done`, counted in images that are learnt from, sheets of samples included."""
    plan = options.plan()
    began = done if options.resume else 0
    # what is continued shows first what it came to
    looks = plan.looks(options.preview_every, done, began) + (began > 0 and options.preview_every > 0)
    # without gradients an evaluation takes about a third of the time
    return options.batch * max(0, options.steps - done) + looks * PORTIONS[Modality.IMAGE].previews * PREVIEW_STEPS / 3


def estimate(options: TrainOptions, device: Device, *, channels: int = 1, classes: int = 10) -> Estimate:
    """Time two small steps on the device and scale them up; takes about a second.

    Raises BadOption when the network does not fit the size.
    """
    spec = ModelSpec(title="", channels=channels, size=options.size, classes=tuple(str(k) for k in range(classes)),
                     prediction=options.prediction, path=options.path, network=options.network,
                     outputs=options.objective.outputs)
    network = on_device(build_network(spec), device)
    count = sum(p.numel() for p in network.parameters())
    shape = (min(options.batch, 16), channels, options.size, options.size)
    x, labels = torch.zeros(shape), torch.zeros(shape[0], dtype=torch.long)
    goal = Goal(Setting(options.path, options.prediction, known=PIXELS), device, options.objective)
    began = 0.0
    for step in range(2):  # the first also pays for what is only done once
        began = time.perf_counter()
        draws = goal.prepared(x, labels, draw(0, step, shape, options.path, 0.0), generator(0, step, "objective"))
        backward(network, goal, x, labels, draws)
    seconds = (time.perf_counter() - began) / shape[0] * effort(options)
    # the state file has weights, their average and AdamW's two moments in float32; the model file one copy
    return Estimate(seconds, count, count * 4 * (4 + (0.5 if options.half else 1)) / 2**20)
