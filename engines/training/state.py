"""The state of a training on disk: safetensors, exact to the bit, no pickle."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np
import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn

from engines.errors import BadCheckpoint
from engines.files import write_atomic
from engines.model_file import ModelSpec, raw_header
from engines.training.ema import ema_copy
from engines.training.validation import LEVELS, level_times

FORMAT = "diffusion-workbench training"
VERSION = "1"
FILE_NAME = "training.safetensors"


@dataclass(slots=True)
class TrainState:
    """Everything a step changes.

    `step` counts finished steps. The data position and all random draws follow from it and
    the seed, so they need no state of their own. `losses` has one number a step; `validations`
    has (step, loss, mean of each noise level …) rows. `began` is the step at which another training
    was taken up, 0 for one that began anew.
    """

    network: nn.Module
    average: nn.Module
    optimiser: torch.optim.AdamW
    step: int = 0
    began: int = 0
    losses: list[float] = field(default_factory=list[float])
    validations: list[list[float]] = field(default_factory=list[list[float]])


def new_state(network: nn.Module, learning_rate: float, weight_decay: float) -> TrainState:
    """A state before the first step."""
    # betas are written out: a changed default of torch's must not change a resumed training
    optimiser = torch.optim.AdamW(network.parameters(), lr=learning_rate, betas=(0.9, 0.999),
                                  weight_decay=weight_decay)
    return TrainState(network, ema_copy(network), optimiser)


def save_state(path: Path, state: TrainState, notes: dict[str, str]) -> None:
    """Write the whole state atomically; `notes` are strings for the header (the recipe)."""
    tensors = {**_named("network", state.network.state_dict()), **_named("average", state.average.state_dict())}
    # by the parameter's number, as AdamW itself counts them: their names are the network's business
    for i, moments in state.optimiser.state_dict()["state"].items():
        tensors |= _named(f"optimiser.{i}", moments)
    tensors["losses"] = torch.tensor(state.losses, dtype=torch.float64)
    # no part of the header, which has a limit that a long training would pass
    tensors["validations"] = torch.tensor(state.validations, dtype=torch.float64)
    header = {**notes, "format": FORMAT, "version": VERSION, "step": str(state.step), "began": str(state.began)}
    write_atomic(path, safetensors.torch.save(tensors, header))


def load_state(path: Path, state: TrainState) -> dict[str, str]:
    """Fill a new state from a file, in place; returns the notes.

    Raises BadCheckpoint when the file is damaged or belongs to another network.
    """
    header = raw_header(path)
    if header.pop("format", "") != FORMAT or header.pop("version", "") != VERSION:
        raise BadCheckpoint(f"“{path.name}” is not the state of a training of this version; choose another run.")
    try:
        tensors = safetensors.torch.load(path.read_bytes())
        state.network.load_state_dict(_under("network", tensors))
        state.average.load_state_dict(_under("average", tensors))
        _fill_optimiser(state.optimiser, tensors)
    except (RuntimeError, ValueError, KeyError) as error:
        raise BadCheckpoint(f"“{path.name}” belongs to a network of another shape; "
                            "continue it with the options it was started with.") from error
    state.step = int(header.pop("step"))
    state.began = int(header.pop("began", "0"))  # states of earlier versions do not tell
    state.losses = cast(list[float], cast(Any, tensors["losses"]).tolist())
    # states of earlier versions have them in the header
    before = header.pop("validations", "[]")
    state.validations = (cast(list[list[float]], cast(Any, tensors["validations"]).tolist())
                         if "validations" in tensors else json.loads(before))
    return header


@dataclass(frozen=True, slots=True)
class Course:
    """What a state tells of the way to it.

    began: the step at which it took up another training; losses: (step,), one a step; validations: (n, 2 + levels),
    rows of step, loss and the loss of each noise level; levels: log-SNR bin centres.
    """

    began: int
    losses: np.ndarray
    validations: np.ndarray
    levels: np.ndarray


def course_of(path: Path) -> Course:
    """Read what a state tells of the way to it, without its weights; raises BadCheckpoint."""
    header = raw_header(path)
    try:
        spec = ModelSpec.model_validate_json(header["spec"])
        with safetensors.safe_open(path, "np") as file:  # pyright: ignore
            losses, rows = (cast(np.ndarray, cast(Any, file).get_tensor(name)) for name in ("losses", "validations"))
        levels, _ = level_times(spec.path, LEVELS)
        return Course(int(header["began"]), losses, rows.reshape(-1, 2 + LEVELS), levels)
    except (safetensors.SafetensorError, ValueError, KeyError) as error:  # damaged, or of an earlier version
        raise BadCheckpoint(f"“{path.name}” does not tell the course of its training.") from error


def _named(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {f"{prefix}.{name}": tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    start = prefix + "."
    return {name.removeprefix(start): tensor for name, tensor in tensors.items() if name.startswith(start)}


def _fill_optimiser(optimiser: torch.optim.AdamW, tensors: dict[str, Tensor]) -> None:
    """Put the moments back; a state saved before the first step has none."""
    # the groups (learning rate, decay) stay those of the new run's options: only what was learnt is restored
    whole = optimiser.state_dict()
    count = sum(len(group["params"]) for group in whole["param_groups"])
    found = {i: _under(f"optimiser.{i}", tensors) for i in range(count)}
    whole["state"] = {i: moments for i, moments in found.items() if moments}
    optimiser.load_state_dict(whole)
