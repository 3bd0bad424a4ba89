"""Straight path from data to noise (flow matching, Lipman et al. 2023; rectified flow, Liu et al. 2023)."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from engines.process.paths import Path


class Straight(Path):
    """alpha = 1 − t and sigma = t, so that each pair of data and noise is joined at constant speed."""

    name: ClassVar[str] = "straight"
    title: ClassVar[str] = "Straight (flow matching)"
    short: ClassVar[str] = "straight"
    summary: ClassVar[str] = "Data and noise are joined by straight lines, which few steps can follow."
    formula: ClassVar[tuple[str, ...]] = (r"\alpha_t = 1 - t", r"\sigma_t = t")
    source: ClassVar[str] = ("Lipman et al. 2023, arXiv 2210.02747, eq. 20 with no noise left on the data and time "
                             "reversed; Liu et al. 2023, arXiv 2209.03003, eq. 1")

    @property
    def t_max(self) -> float:
        """One step of 1,000 below 1, where alpha would be 0 and x0 unknowable from the noise."""
        return 0.999

    def alpha(self, t: Tensor) -> Tensor:
        """1 − t."""
        return 1 - t

    def sigma(self, t: Tensor) -> Tensor:
        """t."""
        return t.clone()

    def dlog_alpha(self, t: Tensor) -> Tensor:
        """−1/(1 − t)."""
        return -1 / (1 - t)

    def diffusion2(self, t: Tensor) -> Tensor:
        """2t/(1 − t)."""
        return 2 * t / (1 - t)

    def dalpha(self, t: Tensor) -> Tensor:
        """−1: so the velocity is eps − x0 to the bit."""
        return -torch.ones_like(t)

    def dsigma(self, t: Tensor) -> Tensor:
        """1."""
        return torch.ones_like(t)

    def t_at(self, log_snr: Tensor) -> Tensor:
        """1/(1 + alpha/sigma)."""
        return (-log_snr / 2).sigmoid()
