"""A sampler tried on data whose samples are known: what comes out too wide there does so everywhere."""

from __future__ import annotations

import torch
from torch import Tensor

from engines.denoiser import Denoised, Denoiser
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path
from engines.process.shapes import expand
from engines.samplers.base import Sampler

COUNT = 200


class Bell(Denoiser):
    """The exact denoiser of numbers with mean 0 and standard deviation 1."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        """alpha/(alpha² + sigma²)·x."""
        del cond
        return Denoised(expand(self._path.alpha(t) / self._path.scale(t).square(), x) * x)


def width(sampler: Sampler, path: Path, times: Tensor) -> float:
    """The root mean square of what a sampler makes of the bell over times (N+1,); 1 where it does well."""
    noise = Noise(sample_seeds(0, COUNT), (1,), dtype=torch.float64)
    x = path.initial(noise.initial())
    for step in sampler(path, Bell(path), x, times, noise=noise):
        x = step.x
    return float(x.square().mean().sqrt())
