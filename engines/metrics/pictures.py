"""How near pictures are to others: the peak signal-to-noise ratio, and structural similarity."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from engines.errors import BadInput

WINDOW, SPREAD = 11, 1.5  # px of the Gaussian window and its standard deviation
K1, K2 = 0.01, 0.03  # of the peak, which keep flat and black places from dividing by next to nothing


def psnr(pictures: Tensor, truth: Tensor, peak: float = 1.0) -> Tensor:
    """The peak signal-to-noise ratio 10·log10(peak²/MSE) of each picture, the mean square error over all its values.

    Args:
        pictures, truth: (B, C, H, W) of one shape. Nothing is clipped or rounded here.
        peak: white minus black, above 0: 1 for values in [0, 1], 2 for [−1, 1], 255 for bytes.

    Returns:
        (B,) float64 in dB; infinite where the two are the same.

    Raises:
        BadInput: the shapes differ or are none of pictures.
    """
    _check(pictures, truth)
    error = (pictures.double() - truth.double()).square().mean((1, 2, 3))
    return 10 * (peak**2 / error).log10()


def ssim(pictures: Tensor, truth: Tensor, peak: float = 1.0) -> Tensor:
    """The mean structural similarity of each picture and its truth (Wang et al. 2004, eq. 13 and 17).

    Means, variances and the covariance are those under a Gaussian window, wherever it lies in the picture as a whole;
    of colours every channel is compared by itself, and the mean is over channels and places.

    Args:
        pictures, truth: (B, C, H, W) of one shape, H and W at least `WINDOW`, values in [0, peak]: unlike the PSNR it
            depends on where black is.
        peak: the value of white, above 0.

    Returns:
        (B,) float64 in [−1, 1]; 1 where the two are the same.

    Raises:
        BadInput: the shapes differ, are none of pictures, or are smaller than the window.
    """
    _check(pictures, truth)
    if min(truth.shape[2:]) < WINDOW:
        raise BadInput(f"Pictures of {truth.shape[3]} × {truth.shape[2]} px are smaller than the window of {WINDOW} px "
                       "that structural similarity looks through; compare larger ones, or take the PSNR.")
    x, y = pictures.double(), truth.double()
    mu_x, mu_y, xx, yy, xy = (_blurred(z) for z in (x, y, x * x, y * y, x * y))
    c1, c2 = (K1 * peak)**2, (K2 * peak)**2
    luminance = (2 * mu_x * mu_y + c1) / (mu_x.square() + mu_y.square() + c1)
    # contrast and structure in one, as the paper's C3 is C2/2
    structure = (2 * (xy - mu_x * mu_y) + c2) / (xx - mu_x.square() + yy - mu_y.square() + c2)
    return (luminance * structure).mean((1, 2, 3))


def _blurred(x: Tensor) -> Tensor:
    """The mean (B, C, H − 10, W − 10) under the window at every place where all of it lies in x (B, C, H, W)."""
    distance = torch.arange(WINDOW, dtype=x.dtype, device=x.device) - WINDOW // 2
    window = (-distance.square() / (2 * SPREAD**2)).exp()
    window = (window / window.sum()).reshape(1, 1, 1, WINDOW)
    flat = x.flatten(0, 1)[:, None]  # one channel is convolved like any other
    found = F.conv2d(F.conv2d(flat, window), window.mT)
    return found.reshape(*x.shape[:2], *found.shape[2:])


def _check(pictures: Tensor, truth: Tensor) -> None:
    """Raise BadInput for what cannot be compared."""
    if pictures.shape != truth.shape or truth.ndim != 4:
        shapes = " and ".join("×".join(map(str, x.shape)) or "a single number" for x in (pictures, truth))
        raise BadInput(f"Pictures of the shapes {shapes} cannot be compared; give two batches (B, C, H, W) of one "
                       "shape.")
