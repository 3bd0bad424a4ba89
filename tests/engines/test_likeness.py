"""How near samples are to the truth: the paper's figures on [−1, 1], of each sample and of every step."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch

from engines.metrics.likeness import ENOUGH, courses, likenesses, similarity
from engines.metrics.pictures import ssim
from engines.samplers.base import Step
from engines.shown import PSNR, SSIM


def step(x0: torch.Tensor) -> Step:
    return Step(index=0, total=1, t=1.0, x=x0, x0=x0, nfe=1)


def test_a_known_error_has_the_ratio_that_its_definition_gives() -> None:
    truth = np.full((16, 16, 1), 255, np.uint8)
    samples = np.stack([np.full((1, 16, 16), level, np.float32) for level in (1.0, 0.8)])
    same, darker = likenesses(samples, truth)
    assert same.psnr == math.inf
    assert same.ssim == pytest.approx(1)
    # white is 2 above black, and every pixel is 0.2 too dark
    assert darker.psnr == pytest.approx(20 * math.log10(2 / 0.2), abs=1e-5)


def test_similarity_is_that_of_pictures_scaled_to_0_and_1() -> None:
    draws = torch.Generator().manual_seed(0)
    truth, x = torch.rand(1, 3, 20, 24, generator=draws), torch.rand(2, 3, 20, 24, generator=draws)
    found = similarity(2 * x - 1, 2 * truth - 1)
    assert torch.allclose(found, ssim(x, truth.expand_as(x)), atol=1e-6)
    assert similarity(2 * x - 1.0, 2 * x[:1] - 1)[0] == pytest.approx(1)
    assert similarity(4 * x, 4 * x[:1])[0] == pytest.approx(1), "beyond white is white"


def test_pictures_below_the_window_have_none_and_others_sizes_no_figures() -> None:
    small = torch.zeros(2, 1, 8, 8)
    assert similarity(small, small[:1]).isnan().all()
    assert likenesses(np.zeros((2, 1, 8, 8), np.float32), np.zeros((9, 8, 1), np.uint8)) == []
    assert math.isnan(likenesses(np.zeros((1, 1, 8, 8), np.float32), np.zeros((8, 8), np.uint8))[0].ssim)


def test_courses_are_means_over_the_samples() -> None:
    truth = torch.zeros(1, 1, 12, 12)
    estimates = torch.stack([torch.full((1, 12, 12), off) for off in (0.2, 0.02)])
    found = courses(truth)
    assert found[PSNR](step(estimates)) == pytest.approx((20 + 40) / 2, abs=1e-4)
    each = similarity(estimates, truth)
    assert found[SSIM](step(estimates)) == pytest.approx(float(each.mean()))


def test_similarity_of_a_large_step_is_that_of_its_first_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = list[tuple[int, ...]]()

    def counted(x: torch.Tensor, truth: torch.Tensor, *_: Any) -> torch.Tensor:
        seen.append(tuple(x.shape))
        return ssim(x, truth)

    monkeypatch.setattr("engines.metrics.likeness.ssim", counted)
    side = int(ENOUGH**0.5) + 12
    courses(torch.zeros(1, 1, side, side))[SSIM](step(torch.zeros(3, 1, side, side)))
    assert seen == [(1, 1, side, side)]
