"""What is measured of a restored picture, alike for one of a comparison of methods and one of a folder."""

from __future__ import annotations

import math

from torch import Tensor

from engines.figure_rows import LEFT, PSNR, SSIM
from engines.metrics.pictures import WINDOW, psnr, ssim
from engines.tasks.restore import Problem, rms


def restored_figures(x: Tensor, problem: Problem) -> dict[str, float]:
    """Figures of answers (B, C, H, W) in [−1, 1], by the names of their columns; means over the answers.

    PSNR and SSIM are NaN where nobody knows what the picture was, SSIM also of a picture smaller than its window.
    """
    values = {PSNR.name: math.nan, SSIM.name: math.nan, LEFT.name: rms(problem.measurement.residual(x))}
    if problem.truth is None:
        return values
    truth = problem.truth.expand_as(x)
    values[PSNR.name] = float(psnr(x, truth, 2.0).mean())
    if min(x.shape[2:]) >= WINDOW:
        values[SSIM.name] = float(ssim((x + 1) / 2, (truth + 1) / 2).mean())  # it depends on where black is
    return values
