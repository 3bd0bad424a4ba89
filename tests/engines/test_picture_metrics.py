"""PSNR and structural similarity of pictures, against what can be computed in another way."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter
from torch import Tensor

from engines.errors import BadInput
from engines.metrics.pictures import K1, K2, WINDOW, psnr, ssim

PEAK = 255.0


def textured(count: int = 2, channels: int = 3, height: int = 24, width: int = 31) -> Tensor:
    """Random pictures (B, C, H, W) in [0, 255]."""
    generator = torch.Generator().manual_seed(3)
    return PEAK * torch.rand(count, channels, height, width, generator=generator, dtype=torch.float64)


def test_the_psnr_of_a_shift_is_that_of_its_size() -> None:
    """Of each picture by itself, in any range of values."""
    truth, shift = textured(3), torch.tensor([1.0, 5.0, 25.0])
    moved = truth + shift[:, None, None, None]
    expected = [20 * math.log10(PEAK / by) for by in (1, 5, 25)]
    assert psnr(moved, truth, PEAK).tolist() == pytest.approx(expected)
    assert psnr(moved / PEAK, truth / PEAK).tolist() == pytest.approx(expected)
    assert psnr(2 * moved / PEAK - 1, 2 * truth / PEAK - 1, 2.0).tolist() == pytest.approx(expected)


def test_the_error_is_the_mean_over_channels_and_not_that_of_their_psnrs() -> None:
    truth, moved = torch.zeros(1, 3, 4, 5), torch.zeros(1, 3, 4, 5)
    moved[:, 0] = 3.0
    assert psnr(moved, truth, PEAK).item() == pytest.approx(10 * math.log10(PEAK**2 / 3))


def test_the_same_picture_is_as_near_as_can_be() -> None:
    truth = textured()
    assert psnr(truth, truth, PEAK).tolist() == [math.inf, math.inf]
    assert ssim(truth, truth, PEAK).tolist() == pytest.approx([1, 1], abs=1e-12)


def test_two_grey_fields_differ_by_their_luminance_alone() -> None:
    """Eq. 6 of the paper; their variances are 0, so the rest is C2/C2."""
    a, b = 100.0, 160.0
    c1 = (K1 * PEAK)**2
    expected = (2 * a * b + c1) / (a * a + b * b + c1)
    dark, light = (torch.full((1, 2, 13, 20), value, dtype=torch.float64) for value in (a, b))
    assert ssim(dark, light, PEAK).item() == pytest.approx(expected, rel=1e-9)
    assert ssim(dark / PEAK, light / PEAK).item() == pytest.approx(expected, rel=1e-9)


def test_another_contrast_about_the_same_mean_is_in_closed_form() -> None:
    """c times the deviations has the variance c² and the covariance c of the truth's; −1 inverts its structure."""
    truth = textured(1, 1, 11, 11)  # the window fits once: one mean and one variance
    weights = torch.outer(one := torch.exp(-(torch.arange(11.0, dtype=torch.float64) - 5).square() / 4.5), one)
    weights /= weights.sum()
    mean = (weights * truth).sum()
    variance = (weights * (truth - mean).square()).sum()
    for contrast in (-1.0, 0.0, 0.5, 2.0):
        changed = mean + contrast * (truth - mean)
        c2 = (K2 * PEAK)**2
        expected = (2 * contrast * variance + c2) / ((1 + contrast**2) * variance + c2)
        assert ssim(changed, truth, PEAK).item() == pytest.approx(float(expected), rel=1e-9)


def by_scipy(x: np.ndarray, y: np.ndarray) -> float:
    """Of one channel (H, W), from moments by another filter with the window cut at 5 px and the border left out."""
    def mean(z: np.ndarray) -> np.ndarray:
        return gaussian_filter(z, 1.5, truncate=3.5)[5:-5, 5:-5]

    mx, my = mean(x), mean(y)
    vx, vy, cov = mean(x * x) - mx * mx, mean(y * y) - my * my, mean(x * y) - mx * my
    c1, c2 = (0.01 * PEAK)**2, (0.03 * PEAK)**2
    return float(((2 * mx * my + c1) * (2 * cov + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))).mean())


def test_every_picture_and_channel_is_compared_by_itself() -> None:
    truth = textured()
    noise = torch.randn(truth.shape, generator=torch.Generator().manual_seed(5), dtype=torch.float64)
    noisy = truth + torch.tensor([10.0, 60.0])[:, None, None, None] * noise
    expected = [np.mean([by_scipy(a, b) for a, b in zip(x, y, strict=True)])
                for x, y in zip(noisy.numpy(), truth.numpy(), strict=True)]
    assert ssim(noisy, truth, PEAK).tolist() == pytest.approx(expected, rel=1e-9)
    assert ssim(truth, noisy, PEAK).tolist() == pytest.approx(expected, rel=1e-9)
    assert expected[0] > expected[1]


def test_single_precision_is_enough() -> None:
    """Moments are taken in float64: a variance beside a large mean would be lost."""
    truth = (200 + textured() / 100).float()
    assert ssim(truth, truth, PEAK).tolist() == pytest.approx([1, 1], abs=1e-9)


def test_what_cannot_be_compared_is_said() -> None:
    truth = textured()
    with pytest.raises(BadInput, match="2×3×24×31 and 2×3×24×30"):
        psnr(truth, truth[..., :-1])
    with pytest.raises(BadInput, match="of one shape"):
        ssim(truth[0], truth[0])
    small = truth[..., :WINDOW - 1]
    with pytest.raises(BadInput, match="10 × 24 px are smaller than the window of 11 px"):
        ssim(small, small)
    assert psnr(small, small).tolist() == [math.inf] * 2
