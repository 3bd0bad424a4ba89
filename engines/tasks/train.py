"""Train: make a model from the bundled digits or from a folder of images."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, cast

import numpy as np
import torch

from engines.checkpoint import ModelSpec, build_network, save_model
from engines.component import Options, option, validated
from engines.data.digits import digits
from engines.data.imageset import ImageSet
from engines.denoiser import NetworkDenoiser
from engines.device import Device
from engines.errors import BadInput
from engines.networks.unet import UNetOptions
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import PathChoice
from engines.process.prediction import Prediction
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.samplers.ddim import DDIM
from engines.tasks.base import Context, Task
from engines.tasks.events import Event, Previewed, Saved, Trained
from engines.training.objective import seeded
from engines.training.plan import Plan, Schedule
from engines.training.state import FILE_NAME, TrainState, load_state, new_state, save_state
from engines.training.trainer import Trainer

PREVIEWS, PREVIEW_STEPS = 20, 20
DIGITS = "digits"


class Colour(StrEnum):
    """Channels of the images."""

    AUTO = "auto"
    GREY = "grey"
    COLOUR = "colour"


class TrainOptions(UNetOptions):
    """Everything that decides a training; the network's options are those of `UNetOptions`."""

    name: str = option("my-model", title="Name", help="What the model will be called.", group="Data",
                       min_length=1, max_length=60, pattern=r"^[\w][\w .-]*$")
    data: str = option(DIGITS, title="Data", widget="folder", group="Data",
                       help="The bundled “digits”, or a folder of images; its sub-folders become classes.")
    size: int = option(28, title="Size", unit="px", help="Side to which images are cropped and scaled.", ge=8, le=512,
                       group="Data")
    colour: Colour = option(Colour.AUTO, title="Colour", help="Grey or colour; auto looks at the data.", group="Data")
    steps: int = option(4000, title="Steps", help="Updates of the network.", ge=1, le=10_000_000, group="Training")
    batch: int = option(64, title="Batch", unit="images", help="Images in each update.", ge=1, le=4096,
                        group="Training")
    learning_rate: float = option(1e-3, title="Learning rate", symbol=r"\eta", widget="log-slider", gt=0, le=1,
                                  help="Size of the updates after the warm-up.", group="Training")
    warmup: int = option(200, title="Warm-up", unit="steps", help="Steps over which the rate grows from 0.", ge=0,
                         le=100_000, group="Training", advanced=True)
    schedule: Schedule = option(Schedule.CONSTANT, title="Schedule", group="Training", advanced=True,
                                help="What the learning rate does after the warm-up.")
    prediction: Prediction = option(Prediction.V, title="Prediction", help="What the network learns to output.",
                                    group="Process")
    path: PathChoice = option(VPCosine(), title="Path", help="How data turns into noise.", group="Process")
    class_dropout: float = option(0.15, title="Class dropout", ge=0, le=1, widget="slider", group="Training",
                                  advanced=True, help="Share of labels hidden, so that guidance works.")
    ema: float = option(0.999, title="EMA decay", help="Memory of the averaged weights that samples use.", ge=0,
                        lt=1, group="Training", advanced=True)
    clip: float = option(1.0, title="Clip", help="Largest norm of a gradient.", gt=0, le=1e6, group="Training",
                         advanced=True)
    weight_decay: float = option(0.0, title="Weight decay", help="Pull of the weights towards 0.", ge=0, le=1,
                                 group="Training", advanced=True)
    mirror: bool = option(False, title="Mirror", help="Mirror half of the images left to right.", group="Augmentation",
                          advanced=True)
    shift: int = option(0, title="Shift", unit="px", help="Move images by up to so many pixels.", ge=0, le=64,
                        group="Augmentation", advanced=True)
    seed: int = option(0, title="Seed", help="Decides the data order and all noise.", ge=0, le=2**31 - 1,
                       widget="seed", group="Training")
    checkpoint_every: float = option(60.0, title="Checkpoint every", unit="s", ge=1, le=86_400, group="Reports",
                                     help="Seconds between two saves of the state.", advanced=True)
    validate_every: int = option(500, title="Validate every", unit="steps", ge=0, le=1_000_000, group="Reports",
                                 help="Steps between two validations; 0 for never.", advanced=True)
    preview_every: int = option(500, title="Preview every", unit="steps", ge=0, le=1_000_000, group="Reports",
                                help="Steps between two sheets of samples; 0 for never.", advanced=True)
    resume: str = option("", title="Continue", widget="training", group="Data", advanced=True,
                         help="Folder of a stored run to continue; empty to start anew.")

    def network(self) -> UNetOptions:
        """The network's part of the options."""
        return UNetOptions(**{name: getattr(self, name) for name in UNetOptions.model_fields})

    def plan(self) -> Plan:
        """The trainer's part of the options."""
        return Plan(**{name: getattr(self, name) for name in Plan.__dataclass_fields__})


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a training will cost: seconds, parameters of the network, megabytes of a checkpoint."""

    seconds: float
    parameters: int
    megabytes: float


class Train(Task):
    """Train a model; the state and the model are in the run's folder at every moment."""

    name: ClassVar[str] = "train"
    title: ClassVar[str] = "Train"
    verb: ClassVar[str] = "Train"
    summary: ClassVar[str] = "Make a model from the bundled digits or from your own images."
    Form: ClassVar[type[Options]] = TrainOptions

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Train, yielding Trained, Validated, Previewed and Saved; closing it saves and keeps what is done.

        A run whose folder already holds a state continues it, with the losses it would have had.
        """
        chosen = options if isinstance(options, TrainOptions) else validated(TrainOptions, dict(options))
        data = open_data(chosen)
        run = Run(chosen, context, data, spec_of(chosen, data))
        try:
            yield from run.events()
        except GeneratorExit:
            run.save()
            raise
        yield from run.saved()


def open_data(options: TrainOptions) -> ImageSet:
    """The data set that the options name; raises BadData or BadOption."""
    return digits()


def spec_of(options: TrainOptions, data: ImageSet) -> ModelSpec:
    """What the model will be."""
    return ModelSpec(title=options.name, channels=data.channels, size=data.size, classes=data.classes,
                     prediction=options.prediction, path=options.path, network=options.network(),
                     licence=data.licence, data=data.source)


class Run:
    """One training in one folder: the trainer and the files it leaves.

    Args:
        options, context: of the task.
        data: the images.
        spec: of the model.
    """

    def __init__(self, options: TrainOptions, context: Context, data: ImageSet, spec: ModelSpec) -> None:
        self.options, self.context, self.spec = options, context, spec
        with seeded(options.seed, context.device):
            network = build_network(spec)
        network = network.to(context.device.torch, memory_format=cast(Any, context.device.memory_format))
        self.state = new_state(network, options.learning_rate, options.weight_decay)
        source = state_file(options, context.folder)
        if source is not None:
            load_state(source, self.state)
        self.trainer = Trainer(self.state, options.plan(), options.path, data, context.device)
        self.saved_at = time.monotonic()

    def events(self) -> Iterator[Event]:
        """Training's events, with previews and the files written in between."""
        for event in self.trainer.run():
            yield event
            if isinstance(event, Trained):
                if self.previews_now(event.step):
                    yield self.preview()
                if time.monotonic() - self.saved_at > self.options.checkpoint_every:
                    yield from self.saved()

    def previews_now(self, step: int) -> bool:
        """Whether a sheet of samples is due after this step."""
        every = self.options.preview_every
        return every > 0 and (step % every == 0 or step == self.options.steps)

    def preview(self) -> Previewed:
        """Samples of the average from fixed noise, classes in turn."""
        return Previewed(self.state.step, preview(self.state, self.spec, self.context.device))

    def save(self) -> list[Path]:
        """Write the state and the model; returns their files."""
        self.saved_at = time.monotonic()
        notes = {"options": self.options.model_dump_json(), "step": str(self.state.step)}
        files = [self.context.folder / FILE_NAME, self.context.folder / f"{self.options.name}.safetensors"]
        save_state(files[0], self.state, notes)
        save_model(files[1], self.state.average, self.spec, extra=notes)
        return files

    def saved(self) -> Iterator[Event]:
        """Write both files and tell of them."""
        state, model = self.save()
        yield Saved("checkpoint", state)
        yield Saved("model", model)


def state_file(options: TrainOptions, folder: Path) -> Path | None:
    """The state to continue from: the run's own first, then the one that the options name."""
    own = folder / FILE_NAME
    if own.exists() or not options.resume:
        return own if own.exists() else None
    named = Path(options.resume).expanduser()
    named = named / FILE_NAME if named.is_dir() else named
    if not named.exists():
        raise BadInput(f"“{options.resume}” holds no training to continue; choose the folder of a stored run.")
    return named


@torch.no_grad()
def preview(state: TrainState, spec: ModelSpec, device: Device) -> np.ndarray:
    """Samples (B, C, H, W) in [−1, 1] of the averaged weights, always from the same noise."""
    noise = Noise(sample_seeds(0, PREVIEWS), (spec.channels, spec.size, spec.size), device.torch)
    labels = torch.arange(PREVIEWS, device=device.torch) % max(1, len(spec.classes)) if spec.classes else None
    denoiser = NetworkDenoiser(state.average, spec.path, spec.prediction)
    x = noise.initial()
    for step in DDIM()(spec.path, denoiser, x, time_grid(spec.path, PREVIEW_STEPS), noise=noise, cond=labels):
        x = step.x
    return x.clamp(-1, 1).float().cpu().numpy()
