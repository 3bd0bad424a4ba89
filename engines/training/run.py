"""One training in one folder: the trainer, its previews, and the files it leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch

from engines.checkpoint import build_network, save_model
from engines.context import Context
from engines.data.source import Source
from engines.denoiser import NetworkDenoiser
from engines.device import Device
from engines.errors import DiskFull, OutOfMemory
from engines.events import Belief, Continued, Event, Noted, Previewed, Progressed, Saved, Trained
from engines.halving import Pieces
from engines.memory import ran_out
from engines.model_file import ModelSpec
from engines.process.noise import Noise, sample_seeds
from engines.process.times import time_grid
from engines.recipe import Recipe, backend
from engines.samplers.ddim import DDIM
from engines.training.objective import seeded
from engines.training.objectives.base import PIXELS, Known
from engines.training.options import CourseOptions
from engines.training.pace import SavePace
from engines.training.portions import PORTIONS
from engines.training.state import FILE_NAME, TrainState, new_state, save_state
from engines.training.taken_up import SIZE, stored_state, take_up
from engines.training.teacher import known_to
from engines.training.trainer import Trainer
from engines.training.validation import LEVELS, level_times

PREVIEW_STEPS = 20


class Run:
    """A training that can be left at any event and taken up again.

    Args:
        task: its name, for the recipe.
        options: of the task; a state already in the folder, or else `options.resume`, is continued.
        context: device and folder.
        data: what is learnt from.
        spec: of the model.
        known: what the objective may know beside the data; a teacher it names is added.
        believes: asks the network what it believes, at every preview; None for data that this is not known of.

    Attributes: note, a sentence on what taking up another training means for this one, or "".

    Raises BadOption or BadCheckpoint when the objective cannot learn so, before anything else.
    """

    def __init__(self, task: str, options: CourseOptions, context: Context, data: Source, spec: ModelSpec,
                 known: Known = PIXELS, believes: Callable[[torch.nn.Module], Belief] | None = None) -> None:
        known = known_to(options.objective, known, spec, context)
        self.task, self.options, self.context, self.spec = task, options, context, spec
        # the first weights come from the seed alone, whatever was drawn in this process before
        with seeded(options.seed, context.device):
            network = build_network(spec)
        network = on_device(network, context.device)
        self.state = new_state(network, options.learning_rate, options.weight_decay)
        self.note = take_up(self.state, options, context.folder, data)
        self.data, self.believes = data, believes
        self.trainer = Trainer(self.state, options.plan(), options.path, data, context.device, known,
                               PORTIONS[spec.modality])
        self.pace = SavePace(options.checkpoint_every)
        self._saved_step = self.state.step if (context.folder / FILE_NAME).exists() else 0
        self._sheet_step = 0
        self.full = False  # whether the last checkpoint found no room

    def kept(self) -> Iterator[Event]:
        """Train to the end and save; also what is done when that is left early or memory runs out."""
        self.context.reins.save, self.context.reins.last = self.keep, self.last
        if self.note:
            yield Noted(self.note)
        try:
            yield from self.events()
        # closing is how a user stops; a generator that is closed may not yield, so this save is not told
        except (GeneratorExit, OutOfMemory):
            self.keep()
            raise
        except Exception as error:
            if ran_out(error):
                self.keep()
            raise
        yield from self.saved()

    def events(self) -> Iterator[Event]:
        """Training's events, with previews and the files written in between."""
        if self.state.step == self.state.began > 0:
            yield self._continued()
            # where it begins is where the other one came to
            if self.options.preview_every > 0:
                yield self._sheet()
        elif self.state.step >= self.options.steps:
            # nothing is left to do: what it came to is told all the same, as a course that was lost has no sheet of it
            yield Progressed(self.state.step, self.options.steps)
            if self.options.preview_every > 0:
                yield self._sheet()
        for event in self.trainer.run():
            yield event
            if isinstance(event, Trained):
                if self.trainer.due(self.options.preview_every):
                    yield self._sheet()
                if self.pace.due():
                    yield from self._checkpoint()

    def _checkpoint(self) -> Iterator[Event]:
        """Write both files on the way; a full disk is told once, and the next checkpoint tries again."""
        try:
            files = self.save()
        except DiskFull:
            # hours of training are not given up for it: the checkpoint before is still there, and room may be made
            if not self.full:
                self.full = True
                yield Noted(f"Step {self.state.step:,} could not be saved because the disk is full, and training goes "
                            f"on; free some space for “{self.context.folder}”: the next checkpoint tries "
                            "again.", urgent=True)
            return
        self.full = False
        yield from told(files)

    def last(self) -> Iterator[Event]:
        """What a training that is stopped shows of the weights it keeps, unless that was just shown."""
        if self.options.preview_every > 0 and self.state.step > self._sheet_step:
            yield self._sheet()

    def _continued(self) -> Continued:
        """What the training that is taken up learnt on the way."""
        levels, _ = level_times(self.options.path, LEVELS)
        rows = np.array(self.state.validations, dtype=np.float64).reshape(-1, 2 + LEVELS)
        folder = stored_state(self.options.resume).parent
        return Continued(folder, self.state.step, np.array(self.state.losses), rows, levels)

    def _sheet(self) -> Previewed:
        self._sheet_step = self.state.step
        samples = preview(self.state, self.spec, self.context.device, self.trainer.pieces)
        return Previewed(self.state.step, samples, self.believes(self.state.average) if self.believes else None)

    def keep(self) -> None:
        """Write what was learnt since the files were written; nothing when they are up to date, or better than that."""
        # half an update would be resumed as if it were a whole one
        if self.state.step > self._saved_step and not self.trainer.torn:
            self.save()

    def save(self) -> tuple[Path, Path]:
        """Write the state and the model atomically; returns their files."""
        began = self.pace.now()
        recipe = Recipe(self.task, self.options.model_dump(mode="json"), backend=backend(self.context.device.kind))
        notes = {"recipe": recipe.to_json(), "step": str(self.state.step),
                 "data": self.data.fingerprint, SIZE: self.data.described}
        state, model = self.context.folder / FILE_NAME, self.context.folder / f"{self.options.name}.safetensors"
        try:
            save_state(state, self.state, {**notes, "spec": self.spec.model_dump_json()})
            save_model(model, self.state.average, self.spec, half=self.options.half, extra=notes)
        finally:
            self.pace.saved(began)  # one that found no room is not tried again at every step
        self._saved_step = self.state.step
        return state, model

    def saved(self) -> Iterator[Event]:
        """Write both files and tell of them."""
        yield from told(self.save())


def told(files: tuple[Path, Path]) -> Iterator[Event]:
    """The events of a written state and model."""
    yield Saved("checkpoint", files[0])
    yield Saved("model", files[1])


def on_device(network: torch.nn.Module, device: Device) -> torch.nn.Module:
    """The network on a device in its memory format."""
    return cast(Any, network).to(device.torch, memory_format=device.memory_format)


def preview(state: TrainState, spec: ModelSpec, device: Device, pieces: Pieces) -> np.ndarray:
    """Samples of the averaged weights, classes in turn, always from the same noise.

    20 images (20, C, H, W) in [−1, 1], or 1,000 points (1000, d). Raises OutOfMemory when a single sample has no room.
    """
    return np.concatenate(pieces(lambda part: _previewed(state, spec, device, part), PORTIONS[spec.modality].previews))


@torch.no_grad()
def _previewed(state: TrainState, spec: ModelSpec, device: Device, part: slice) -> np.ndarray:
    """Some of the samples of a preview."""
    portions = PORTIONS[spec.modality]
    seeds = sample_seeds(0, portions.previews)[part]
    noise = Noise(seeds, spec.shape, device.torch)
    # None, not a row of free labels, where the network knows no classes
    labels = torch.tensor(seeds, device=device.torch) % len(spec.classes) if spec.classes else None
    denoiser = NetworkDenoiser(state.average, spec.path, spec.prediction)
    x = spec.path.initial(noise.initial())
    # deterministic and few steps: previews of one training differ by the weights alone, and cost seconds
    for step in DDIM()(spec.path, denoiser, x, time_grid(spec.path, PREVIEW_STEPS), noise=noise, cond=labels):
        x = step.x
    seen = x if portions.limit is None else x.clamp(-portions.limit, portions.limit)
    return seen.float().cpu().numpy()
