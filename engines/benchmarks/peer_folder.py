"""What diffusers needs to sample as we do: weights, starting noise, schedules and the size of its network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path as Folder
from typing import Any, cast

import numpy as np
import safetensors.torch
from torch import Tensor

from engines.checkpoint import Model
from engines.networks.diffusers_map import config, timesteps, to_diffusers
from engines.networks.unet import Shape, UNetOptions
from engines.process.paths import Path
from engines.process.times import time_grid
from engines.threads import threads

KINDS = {"eps": "epsilon", "v": "v_prediction", "x0": "sample"}
WEIGHTS, ABOUT, RESULT = "peer.safetensors", "peer.json", "peer.npy"
FINE = 1000  # steps of the schedule that diffusers' loops choose theirs from, as in its models

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Loop:
    """One of diffusers' loops.

    scheduler: name of its class; options: its arguments, but for what the model decides; steps: how many are taken;
    betas: of its schedule, from data to noise; moments: what the network is told for each of them.
    """

    scheduler: str
    options: Mapping[str, object]
    steps: int
    betas: tuple[float, ...]
    moments: tuple[float, ...]


def loop(scheduler: str, path: Path, steps: int, options: Mapping[str, object], fine: int = FINE) -> Loop:
    """A loop of `steps` steps on a schedule of `fine` equal steps of our time; options are the scheduler's own."""
    times = time_grid(path, fine).flip(0)
    # beta_t = 1 − alpha-bar_t/alpha-bar_{t−1}: the peer then has the very levels of our path
    abar = path.abar(times)
    betas = tuple(float(b) for b in 1 - abar[1:] / abar[:-1])
    return Loop(scheduler, options, steps, betas, tuple(float(t) for t in timesteps(times[1:])))


def ddim_loop(path: Path, steps: int) -> Loop:
    """DDIM on our own grid of equal steps: no clipping and a last step to alpha-bar 1, as in our sampler."""
    return loop("DDIMScheduler", path, steps, {"clip_sample": False, "set_alpha_to_one": True}, steps)


def export(folder: Folder, model: Model, start: Tensor, labels: Sequence[int], batch: int,
           loops: Mapping[str, Loop]) -> None:
    """Write it.

    Args:
        model: a U-Net of images.
        start, labels: noise (N, C, H, W) and classes of all samples, of which `batch` are sampled at once.
        loops: by the names that they are asked for; the first one warms up.
    """
    spec = model.spec
    weights = {name: w.contiguous() for name, w in to_diffusers(model.network.state_dict()).items()}
    (folder / WEIGHTS).write_bytes(safetensors.torch.save({**weights, "start": start.contiguous()}))
    about: dict[str, Any] = {
        "config": config(cast(UNetOptions, spec.network), Shape(spec.channels, spec.size, len(spec.classes))),
        "labels": list(labels), "batch": batch, "threads": threads(), "weights": WEIGHTS, "result": RESULT,
        "loops": {name: _document(known, KINDS[spec.prediction.name]) for name, known in loops.items()},
    }
    (folder / ABOUT).write_text(json.dumps(about), encoding="utf-8")


def result(folder: Folder) -> Array:
    """The images (batch, C, H, W) of the peer's last round."""
    return np.load(folder / RESULT, allow_pickle=False)


def _document(known: Loop, prediction: str) -> dict[str, Any]:
    """As JSON, with all arguments of the scheduler."""
    document = asdict(known)
    betas = document.pop("betas")
    return {**document, "options": {**known.options, "num_train_timesteps": len(betas), "trained_betas": betas,
                                    "prediction_type": prediction}}
