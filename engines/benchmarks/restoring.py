"""The same damaged pictures restored by this program and by deepinv: same network, operators, noise and calls."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engines.benchmarks.damages import DAMAGES, OTHERS, Damage, Exported
from engines.benchmarks.denoising import prior
from engines.checkpoint import Model, load_model
from engines.data.digits import digits
from engines.device import device
from engines.errors import Unfit, WorkbenchError
from engines.inverse.base import InverseMethod, Measurement
from engines.inverse.ddrm import DDRM
from engines.inverse.diffpir import DiffPIR
from engines.inverse.dps import DPS, StepRule
from engines.inverse.pnp import PlugAndPlay
from engines.inverse.tv import TotalVariation
from engines.metrics import pictures
from engines.model_list import BUNDLED
from engines.operators.gaussian_noise import HALF
from engines.process.noise import Noise, sample_seeds
from engines.process.times import time_grid
from engines.samplers.base import Step
from engines.samplers.ddim import DDIM

CALLS = 20  # of the network, for each picture and method
LEVELS = (5.0, 25.0)  # of the measurement's noise, in grey levels of 255
DIGITS, PHOTOS = "digits", "photographs"  # the data
COUNT, SIDE = 16, 64  # of digits that are restored, and px of a side of the cuts of photographs
PHOTOGRAPHS = ("astronaut", "chelsea", "coffee", "rocket")  # of scikit-image: never trained on
SEED = 7
OPERATORS = "operators"  # in place of data
ABOUT, RESULT, VERSION = "peer.json", "result.npz", "version.txt"


@dataclass(frozen=True, slots=True)
class Way:
    """A method of ours, and the name of its counterpart, "" for none."""

    name: str
    method: InverseMethod
    peer: str = ""


# Of the two rules of DPS for the step, deepinv's other one, too, takes the noise into account. Its DDRM begins at a
# noise of 255 and draws the root of a half of what the paper says: ours spares calls and noise much alike, by values
# that were settled on these problems. All else is as the defaults are.
WAYS = (Way("DPS", DPS(), "dps"), Way("DPS automatic", DPS(rule=StepRule.AUTOMATIC), "dps-annealed"),
        Way("DDRM for few calls", DDRM(eta=0.84, fresh=0.69, most=252.0), "ddrm"), Way("DiffPIR", DiffPIR(), "diffpir"),
        Way("plug-and-play", PlugAndPlay()))
TITLES = {"dps": "DPS", "dps-annealed": "DPS annealed", "ddrm": "DDRM", "diffpir": "DiffPIR"}  # of the peer's


@dataclass(frozen=True, slots=True)
class Problem:
    """Pictures that were damaged. which: its number; data: of what pictures, `DIGITS` or `PHOTOS`; title: what
    happened to them; truth: (B, C, H, W) in [−1, 1]; exported: as the peer is told."""

    which: int
    data: str
    title: str
    measurement: Measurement
    truth: Tensor
    exported: Exported


@dataclass(frozen=True, slots=True)
class Restored:
    """How near a method's results are to the truth: the mean PSNR in dB, and the seconds of each call of the network.

    calls: how many there were for each picture.
    """

    psnr: float
    seconds: float
    calls: int


def unseen_digits() -> Tensor:
    """Digits that no training has seen: (B, 1, 28, 28) in [−1, 1]."""
    data = digits()
    return torch.as_tensor(data.images[data.test[:COUNT]]).float() / HALF - 1


def cut(photograph: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> Tensor:
    """The middle of a photograph (H, W, 3) at half its size: (3, 64, 64) in [−1, 1]."""
    whole = torch.as_tensor(photograph).permute(2, 0, 1)[None].float() / HALF - 1
    small = F.interpolate(whole, scale_factor=0.5, mode="bilinear", antialias=True)[0]
    top, left = ((length - SIDE) // 2 for length in small.shape[1:])
    return small[:, top:top + SIDE, left:left + SIDE]


def problems(truths: Mapping[str, Tensor]) -> list[Problem]:
    """Every damage of `DAMAGES` at every level of noise, on pictures (B, C, H, W) by the name of their data."""
    found = list[Problem]()
    for data, truth in truths.items():
        for damage in DAMAGES:
            found += [_posed(len(found) + k, data, truth, damage, level) for k, level in enumerate(LEVELS)]
    return found


def operator_problems(first: int, truth: Tensor) -> list[Problem]:
    """Those of `OTHERS` without noise, numbered from `first` on, whose operators are compared and nothing restored."""
    found = list[Problem]()
    for k, damage in enumerate(OTHERS):
        operator = damage.operator(tuple(truth.shape[1:]))
        y = operator.forward(truth)
        found.append(Problem(first + k, OPERATORS, damage.title, Measurement(operator, y), truth,
                             damage.exported(operator, truth, y)))
    return found


def _posed(which: int, data: str, truth: Tensor, damage: Damage, level: float) -> Problem:
    """One damage with noise; both from generators of their own, so that they do not depend on the other problems."""
    operator = damage.operator(tuple(truth.shape[1:]))
    sigma, clean = level / HALF, operator.forward(truth)
    draws = torch.Generator().manual_seed(SEED)
    measurement = Measurement(operator, clean + sigma * torch.randn(clean.shape, generator=draws), sigma)
    exported = damage.exported(operator, (truth + 1) / 2, _from_black(measurement), sigma / 2)
    return Problem(which, data, f"{damage.title}, noise of {level:g}", measurement, truth, exported)


def _from_black(measurement: Measurement) -> Tensor:
    """y of pictures with black at 0 and white at 1: half of what it is of black at −1, and half of A white."""
    white = torch.ones(1, *measurement.operator.shape_in)
    return (measurement.y + measurement.operator.forward(white)) / 2


def write_about(folder: Path, models: Mapping[str, Model], threads: int) -> None:
    """Write what the peer's script needs to know before it starts: models by their data, and threads."""
    about = {"models": {name: str(model.file) for name, model in models.items()}, "threads": threads, "result": RESULT,
             "photographs": PHOTOGRAPHS if PHOTOS in models else (), "version": VERSION}
    (folder / ABOUT).write_text(json.dumps(about), encoding="utf-8")


def priors(name: str = "") -> tuple[dict[str, Model], str]:
    """The models by the data that they are of, and one sentence where there is none of photographs, else "".

    name: of a model of photographs, or its file; "" for the bundled one.
    """
    found = {DIGITS: load_model(BUNDLED / "digits.safetensors", device("cpu"))}
    try:
        photographs = prior(name)
        if photographs.spec.channels != 3 or not photographs.spec.network.anywhere:
            raise Unfit(f"Model “{photographs.name}” does not take photographs of any size; choose one that does.")
        return {**found, PHOTOS: photographs}, ""
    except WorkbenchError as error:
        return found, str(error)


def truths(folder: Path, data: Collection[str]) -> dict[str, Tensor]:
    """The pictures of the data of these names, photographs by what the peer's script gave."""
    found = {DIGITS: unseen_digits()} if DIGITS in data else {}
    if PHOTOS in data:
        given = [np.load(folder / f"photograph-{name}.npy", allow_pickle=False) for name in PHOTOGRAPHS]
        found[PHOTOS] = torch.stack([cut(photograph) for photograph in given])
    return found


def write_problems(folder: Path, found: Sequence[Problem]) -> None:
    """Write the problems for the peer's script."""
    for one in found:
        about = {**one.exported.about, "model": one.data, "calls": CALLS, "seed": SEED}
        (folder / f"problem-{one.which}.json").write_text(json.dumps(about), encoding="utf-8")
        arrays: dict[str, Any] = {name: array.numpy() for name, array in one.exported.arrays.items()}
        np.savez(folder / f"problem-{one.which}.npz", **arrays)


def restored(model: Model, problem: Problem, way: Way) -> Restored:
    """Restore by a way of ours."""
    began = time.perf_counter()
    end = _end(model, problem, way.method)
    spent = time.perf_counter() - began
    return Restored(quality(end.x, problem), spent / end.nfe, end.nfe)


def _end(model: Model, problem: Problem, method: InverseMethod) -> Step:
    """The end of a walk, which for methods without a walk of their own is DDIM's with all fresh noise."""
    path, shape = model.path, tuple(problem.truth.shape[1:])
    denoiser, sampler = method.posterior(path, model.denoiser, DDIM(eta=1.0), problem.measurement)
    noise = Noise(sample_seeds(SEED, len(problem.truth)), shape)
    walk = sampler(path, denoiser, path.initial(noise.initial()), time_grid(path, CALLS), noise=noise)
    return deque(walk, 1)[0]


def classical(model: Model, problem: Problem) -> float:
    """The mean PSNR in dB of total variation, which asks no network."""
    return quality(_end(model, problem, TotalVariation()).x, problem)


@dataclass(frozen=True, slots=True)
class Both:
    """A problem by all ways: ours and the peer's by their names, and the PSNR of total variation in dB."""

    problem: Problem
    ours: Mapping[str, Restored]
    peer: Mapping[str, Restored]
    classical: float


def compared(model: Model, problem: Problem, folder: Path, peer: Callable[[str, int], float]) -> Both:
    """Restore by all ways, each of ours right before its counterpart, so that the machine's load hits both alike.

    peer: restores a problem by the method of a name, leaves the result in the folder, and returns the seconds of one
    call.
    """
    ours, theirs = dict[str, Restored](), dict[str, Restored]()
    for way in WAYS:
        ours[way.name] = restored(model, problem, way)
        if way.peer:
            theirs[way.peer] = by_peer(folder, problem, peer(way.peer, problem.which))
    return Both(problem, ours, theirs, classical(model, problem))


def quality(x: Tensor, problem: Problem) -> float:
    """The mean PSNR in dB of pictures (B, C, H, W) in [−1, 1], clipped to that."""
    return float(pictures.psnr(x.clamp(-1, 1), problem.truth, 2.0).mean())


def by_peer(folder: Path, problem: Problem, seconds: float) -> Restored:
    """What the peer left of a problem, which took so many seconds for each call."""
    with np.load(folder / RESULT, allow_pickle=False) as stored:
        x, calls = torch.as_tensor(stored["x"]), int(stored["calls"])
    return Restored(quality(2 * x - 1, problem), seconds, calls)


def difference(folder: Path, problem: Problem) -> float:
    """How far the peer's operator, as it left it applied, is from ours: the largest difference over the largest value.

    Of A of the problem's pictures and Aᵀ of its measurements; of frequencies, which it stores otherwise, of AᵀA.
    """
    operator, arrays = problem.measurement.linear, problem.exported.arrays
    forward = operator.forward(arrays["x"])
    ours = {"forward": forward, "adjoint": operator.adjoint(arrays["y"]), "normal": operator.adjoint(forward)}
    with np.load(folder / RESULT, allow_pickle=False) as stored:
        pairs = [(ours[name], torch.as_tensor(stored[name])) for name in stored.files]
    return max(float((a - b).abs().max() / a.abs().max()) for a, b in pairs)


def peer_version(folder: Path) -> str:
    """Of the deepinv that ran."""
    return (folder / VERSION).read_text(encoding="utf-8")
