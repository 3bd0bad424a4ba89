"""Noise removed from photographs by a model, and how near the result is to them, beside BM3D."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engines.checkpoint import Model, load_model
from engines.device import device
from engines.errors import BadCheckpoint, BadOption, Unfit
from engines.learnt import meaningless
from engines.metrics import pictures
from engines.modality import Modality
from engines.model_file import check_modality
from engines.model_list import BUNDLED, known_model
from engines.process.noise import Noise, sample_seeds

PRIOR = "photos"  # the bundled model
PICTURES = ("astronaut", "chelsea", "coffee", "rocket")  # of scikit-image: never trained on
SIGMA = 25 / 255  # of the noise, in pictures from 0 to 1
SEED = 25  # of the first picture's noise
ABOUT, VERSION = "peer.json", "version.txt"


@dataclass(frozen=True, slots=True)
class Removed:
    """One photograph: its name, the PSNR in dB that a model and BM3D came to, and the seconds that each took."""

    name: str
    ours: float
    peer: float
    seconds: float
    peer_seconds: float


def prior(name: str = "") -> Model:
    """The model of that name or file, `PRIOR` for "", on the processor.

    Raises BadCheckpoint where there is none, BadInput for one of other data than images.
    """
    if not name and not (BUNDLED / f"{PRIOR}.safetensors").is_file():
        raise BadCheckpoint(
            f"The bundled model “{PRIOR}” is missing; collect its photographs with “python -m engines.data.photographs "
            f"SOURCES FOLDER”, train it with “python main.py train --name {PRIOR} --data FOLDER --size 64 --fit cut "
            "--colour colour --network drunet --half” and put its file into resources/models, or name another with "
            "--model.")
    found = known_model(name or PRIOR, ())
    check_modality(found.spec, name or PRIOR, Modality.IMAGE)
    return load_model(found.file, device("cpu"))


def denoised(model: Model, picture: Tensor, sigma: float) -> Tensor:
    """What a model takes a noisy picture for: the mean of the pictures that may lie behind it.

    A picture y in [0, 1] with noise of standard deviation sigma is 2y − 1 with noise of 2·sigma for the model, which
    is a state of its path over alpha at the time t with sigma(t)/alpha(t) = 2·sigma: there x0_hat is read.

    Args:
        model: of images; nothing of its classes is asked for.
        picture: (C, H, W), of any size where the network takes any; values in [0, 1] but for the noise, unclipped.
        sigma: of the noise in those units, above 0.

    Returns:
        (C, H, W) float32 in the same units, not clipped.

    Raises:
        Unfit: the picture has other channels, or another size, than the model takes. BadOption: its path never has so
            much noise, or so little, or what it learned is no mean.
    """
    _check(model, picture)
    path = model.path
    t = path.t_at_kappa(2 * sigma) if sigma > 0 else torch.zeros((), dtype=torch.float64)
    if not 0 < float(t) <= path.t_max:
        raise BadOption(f"Noise of {sigma:g} beside pictures from 0 to 1 is none that model “{model.name}” was trained "
                        "with; choose a level between those at the ends of its path.")
    x = path.alpha(t).to(torch.float32) * (2 * picture.to(torch.float32) - 1)
    return (model.denoiser(x[None], t)[0] + 1) / 2


def _check(model: Model, picture: Tensor) -> None:
    """Raise what `denoised` raises of a model that cannot be asked about a picture."""
    spec, (channels, height, width) = model.spec, picture.shape
    if channels != spec.channels:
        raise Unfit(f"Model “{model.name}” makes pictures of {spec.channels} channels and this one has {channels}; "
                    "choose another model.")
    if not spec.network.anywhere and (height, width) != (spec.size, spec.size):
        raise Unfit(f"Model “{model.name}” takes pictures of {spec.size} × {spec.size} px alone and this one has "
                    f"{width} × {height} px; choose a model whose network takes any size.")
    if remark := meaningless(spec.learnt, "what it takes a noisy picture for", noises=True):
        raise BadOption(remark)


def quality(picture: Tensor, truth: Tensor) -> float:
    """The PSNR in dB of a picture (C, H, W) clipped to [0, 1], not rounded to bytes, beside the truth (C, H, W).

    The same as with a peak of 255 for values clipped to [0, 255].
    """
    return float(pictures.psnr(picture.clamp(0, 1)[None], truth[None]))


def psnr(model: Model, truth: Tensor, noisy: Tensor, sigma: float) -> float:
    """The `quality` of what a model takes a noisy picture for; the arguments are as there and in `denoised`."""
    return quality(denoised(model, noisy, sigma), truth)


def write_about(folder: Path) -> None:
    """Write what the peer's script needs to know before it starts."""
    about = {"pictures": PICTURES, "sigma": SIGMA, "version": VERSION}
    (folder / ABOUT).write_text(json.dumps(about), encoding="utf-8")


def measured(model: Model, folder: Path, which: int, peer: Callable[[int], float]) -> Removed:
    """Remove the same noise by a model and by the peer.

    Args:
        folder: has photograph number `which` from the peer, and gets the noisy one for it.
        peer: denoises the noisy picture of a number there, and returns the seconds that took.

    Raises what `denoised` raises.
    """
    truth = _read(folder / f"truth-{which}.npy") / 255
    noisy = truth + SIGMA * Noise(sample_seeds(SEED + which, 1), tuple(truth.shape))(0)[0]
    # as it is, with values below 0 and above 1: clipping would be another noise than either side knows
    np.save(folder / f"noisy-{which}.npy", noisy.permute(1, 2, 0).numpy())
    began = time.perf_counter()
    found = denoised(model, noisy, SIGMA)
    spent = time.perf_counter() - began
    peer_spent = peer(which)
    return Removed(PICTURES[which], quality(found, truth), quality(_read(folder / f"result-{which}.npy"), truth), spent,
                   peer_spent)


def peer_version(folder: Path) -> str:
    """Of the BM3D that ran."""
    return (folder / VERSION).read_text(encoding="utf-8")


def _read(file: Path) -> Tensor:
    """A picture (C, H, W) float32 from an array (H, W, C)."""
    return torch.as_tensor(np.load(file, allow_pickle=False)).to(torch.float32).permute(2, 0, 1)
