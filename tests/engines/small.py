"""A tiny random model in a folder, and runs of tasks with it: for tests that need no quality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engines.checkpoint import build_network, save_model
from engines.component import Options
from engines.context import Context, Start
from engines.device import device
from engines.events import Event, Opened, Sampled, Stepped
from engines.learnt import Learnt
from engines.modalities.image import mask_png, png_bytes
from engines.model_file import ModelSpec
from engines.networks.drunet import DRUNetOptions
from engines.networks.unet import UNetOptions
from engines.process.prediction import V
from engines.process.vp_cosine import VPCosine
from engines.recipe import Recipe
from engines.samplers.base import Step
from engines.tasks.base import options_of, task

SIZE = 8
CLASSES = ("a", "b", "c")


def save_small(folder: Path, *, channels: int = 1, classes: tuple[str, ...] = CLASSES, name: str = "tiny",
               outputs: int = 1, learnt: Learnt = Learnt.MEAN) -> Path:
    """Write a random 8×8 model; every weight counts. With 2 outputs it has learned a variance."""
    spec = ModelSpec(title=name, channels=channels, size=SIZE, classes=classes, prediction=V(), outputs=outputs,
                     learnt=learnt, path=VPCosine(),
                     network=UNetOptions(width=8, mults=(1, 2), attention=(4,), head=8, groups=4))
    torch.manual_seed(0)
    network = build_network(spec)
    with torch.no_grad():
        for p in network.parameters():
            p.add_(0.05 * torch.randn_like(p))
    file = folder / f"{name}.safetensors"
    save_model(file, network, spec)
    return file


def save_anywhere(folder: Path, *, channels: int = 3, name: str = "any", bias: float = 0.0) -> Path:
    """Write a random model of pictures of any size; bias: added to all that it says."""
    spec = ModelSpec(title=name, channels=channels, size=16, prediction=V(), path=VPCosine(),
                     network=DRUNetOptions(width=8, mults=(1,), depth=1))
    torch.manual_seed(0)
    network = build_network(spec)
    if bias:
        torch.nn.init.constant_(network.get_parameter("out.bias"), bias)
    file = folder / f"{name}.safetensors"
    save_model(file, network, spec)
    return file


def context(folder: Path, files: Mapping[str, bytes] | None = None, start: Start | None = None) -> Context:
    """Surroundings of a run on the CPU that finds the model of `save_small`."""
    return Context(device("cpu"), folder, (folder,), files or {}, start)


def events(name: str, options: Mapping[str, Any], around: Context) -> list[Event]:
    """All events of a task run with some options."""
    recipe = Recipe(name, {"model": "tiny", "steps": 6, **options} if name != "noise" else dict(options))
    chosen: Options = options_of(recipe)
    return list(task(name).run(chosen, around))


def result(found: list[Event]) -> Sampled:
    """The one Sampled event, which comes last."""
    assert isinstance(found[-1], Sampled)
    assert sum(isinstance(e, Sampled) for e in found) == 1
    return found[-1]


def steps(found: list[Event]) -> list[Step]:
    """The steps in order."""
    return [e.step for e in found if isinstance(e, Stepped)]


def opening(found: list[Event]) -> Opened:
    """The one Opened event."""
    (event,) = (e for e in found if isinstance(e, Opened))
    return event


def resumed(name: str, options: Mapping[str, Any], around: Context, found: list[Event], k: int) -> list[Event]:
    """The run again from its k-th recorded step."""
    step = steps(found)[k]
    x, *past = (state.numpy().copy() for state in (step.x, *step.past))
    return events(name, options, replace(around, start=Start(step.index, x, tuple(past))))


def picture(height: int, width: int, channels: int = 1) -> np.ndarray:
    """A random picture (H, W, C) uint8."""
    return np.random.default_rng(1).integers(0, 256, (height, width, channels), dtype=np.uint8)


def attachments(pixels: np.ndarray, mask: np.ndarray) -> dict[str, bytes]:
    """A picture and a mask (H, W) in [0, 1] as the tasks' default attachments."""
    return {"image.png": png_bytes(pixels), "mask.png": mask_png(mask)}
