"""SDEdit (Meng et al. 2022): start from a noised image instead of pure noise."""

from __future__ import annotations

from torch import Tensor

from engines.errors import BadOption
from engines.process.noise import Noise
from engines.process.paths import Path


def sdedit_start(path: Path, times: Tensor, image: Tensor, strength: float, noise: Noise) -> tuple[Tensor, int]:
    """The state and step index from which sampling turns an image into one of the model's.

    Args:
        path: the process.
        times: the whole decreasing grid (N+1,).
        image: (B, …) or (1, …), in [−1, 1].
        strength: in [0, 1], the share of the path's time that is noised: 0 leaves the
            image as it is, 1 leaves (almost) nothing of it.
        noise: its initial draw is the noise added.

    Returns:
        (x, start): x_t = alpha·image + sigma·eps at the grid time nearest to
        strength·t_max, and that time's index, for `Sampler(…, start=start)`.

    Raises:
        BadOption: for a strength outside [0, 1].
    """
    if not 0 <= strength <= 1:
        raise BadOption(f"Strength cannot be {strength}: give a number from 0 (keep the image) to 1 (replace it).")
    start = first_move(path, times, strength)
    # the draw that a run from pure noise begins with: at strength 1 the edit is nearly that run
    eps = noise.initial()
    return path.diffuse(image.to(eps).expand_as(eps), eps, times[start]), start


def first_move(path: Path, times: Tensor, strength: float) -> int:
    """The index of the grid time nearest to strength·t_max: no move before it is made."""
    # by time, not by index, so that strength means the same on every spacing of the grid
    return int((times - strength * path.t_max).abs().argmin())
