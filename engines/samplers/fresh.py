"""Whether a sampler, with its options, draws fresh noise: found by running it once, and by nothing else."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from engines.analytic import IsotropicDenoiser
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.process.times import LogSNR, time_grid
from engines.samplers.base import Sampler

LEVELS = 32  # steps, evenly over the noise levels: one that adds noise between two levels only is found out too


def draws_noise(sampler: Sampler, path: Path) -> bool:
    """Whether a sampler draws fresh noise at any noise level of a path.

    It is run on a single number with the exact denoiser of unit Gaussian data: not for one that has the data or the
    network of a run in it, see `listed`. One that adapts its steps is run with its usual tolerance: with a small one
    that takes a second, and forms ask at each typed key.
    """
    if sampler.adaptive:
        sampler = sampler.changed(tolerance=type(sampler).model_fields["tolerance"].default)
    # frozen models have a hash, which their types do not tell
    return _found(sampler, path)  # pyright: ignore[reportArgumentType]


@lru_cache(maxsize=256)
def _found(sampler: Sampler, path: Path) -> bool:
    """What a run tells, made once for the same options."""
    noise, x = _Unasked((0,), (1,), dtype=torch.float64), torch.ones(1, 1, dtype=torch.float64)
    try:
        for _ in sampler(path, IsotropicDenoiser(1.0, path), x, time_grid(path, LEVELS, LogSNR()), noise=noise):
            pass
    except _Asked:
        return True
    return False


class _Asked(Exception):
    """Noise was drawn."""


class _Unasked(Noise):
    """Noise that tells when it is drawn."""

    def __call__(self, step: int, stream: int = 0) -> Tensor:
        """Tell."""
        raise _Asked
