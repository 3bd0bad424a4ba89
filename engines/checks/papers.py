"""The papers' formulas for Gaussian data, written out anew: nothing of the paths, samplers or RePaint is used.

Time is discrete as in the papers: n = 0 (data) … T (noise), with alpha-bar a list of T + 1 numbers.
"""
# torch.linalg carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engines.checks.closed_form import Law


@dataclass(frozen=True, slots=True)
class Blob:
    """Gaussian data: mean (d,) and covariance (d, d), float64."""

    mean: Tensor
    covariance: Tensor

    def estimate(self, abar: float) -> tuple[Tensor, Tensor]:
        """Matrix G and offset of E[x0 | x_n] = G·x_n + offset (the conditional mean of two joint Gaussians)."""
        identity = torch.eye(len(self.mean), dtype=torch.float64)
        spread = abar * self.covariance + (1 - abar) * identity
        gain = math.sqrt(abar) * self.covariance @ torch.linalg.inv(spread)
        return gain, self.mean - gain @ (math.sqrt(abar) * self.mean)


@dataclass(frozen=True, slots=True)
class Reverse:
    """One reverse step x_{n−1} = keep·x_n + pull·x0_hat + sqrt(variance)·z."""

    keep: float
    pull: float
    variance: float


def linear_abar(steps: int) -> list[float]:
    """Song et al. 2021, eq. 33, with beta from 0.1 to 20 on [0, 1]."""
    times = [n / steps for n in range(steps + 1)]
    return [math.exp(-t**2 / 2 * (20 - 0.1) - t * 0.1) for t in times]


def cosine_abar(steps: int) -> list[float]:
    """Nichol & Dhariwal 2021, eq. 17: f(t)/f(0), s = 0.008, at even times up to 0.999 where f is not 0 yet."""
    def f(t: float) -> float:
        return math.cos((t + 0.008) / 1.008 * math.pi / 2) ** 2

    return [f(0.999 * n / steps) / f(0) for n in range(steps + 1)]


def ddpm(abar: Sequence[float], n: int, *, beta_tilde: bool) -> Reverse:
    """Ho, Jain & Abbeel 2020: algorithm 2 with the mean and variance of eq. 6 and 7."""
    beta = 1 - abar[n] / abar[n - 1]
    keep = math.sqrt(1 - beta) * (1 - abar[n - 1]) / (1 - abar[n])
    pull = math.sqrt(abar[n - 1]) * beta / (1 - abar[n])
    variance = (1 - abar[n - 1]) / (1 - abar[n]) * beta if beta_tilde else beta
    return Reverse(keep, pull, variance if n > 1 else 0.0)


def ddim(abar: Sequence[float], n: int, *, eta: float) -> Reverse:
    """Song, Meng & Ermon 2021: eq. 12 with sigma of eq. 16; eps_hat = (x − sqrt(abar)·x0_hat)/sqrt(1 − abar)."""
    sigma = eta * math.sqrt((1 - abar[n - 1]) / (1 - abar[n])) * math.sqrt(1 - abar[n] / abar[n - 1])
    # at eta 1 and n = 1 the root is of 0 up to rounding
    direction = math.sqrt(max(0.0, 1 - abar[n - 1] - sigma**2))
    of_x, of_x0 = 1 / math.sqrt(1 - abar[n]), -math.sqrt(abar[n]) / math.sqrt(1 - abar[n])
    return Reverse(direction * of_x, math.sqrt(abar[n - 1]) + direction * of_x0, sigma**2)


def reversed_law(abar: Sequence[float], moves: Sequence[Reverse], data: Blob) -> Law:
    """The law of x_0 after the moves n = T … 1 in this order."""
    law = _noise(abar, data)
    for n, move in zip(range(len(abar) - 1, 0, -1), moves, strict=True):
        law = _down(law, move, abar[n], data)
    return law


def repainted_law(abar: Sequence[float], levels: Sequence[int], data: Blob, known: Sequence[float | None]) -> Law:
    """Lugmayr et al. 2022, algorithm 1 with DDPM (beta-tilde) inside; `levels` are the n visited, from T to 0.

    known: the measured coordinates of x0, None where one is to be found. The paper writes the noise of n for
    the known part of x_{n−1}; its program takes that of n − 1, the level of what it is joined with.
    """
    law, identity = _noise(abar, data), torch.eye(len(known), dtype=torch.float64)
    mask = torch.diag(torch.tensor([float(value is not None) for value in known], dtype=torch.float64))
    values = torch.tensor([value or 0.0 for value in known], dtype=torch.float64)
    for n, after in zip(levels[:-1], levels[1:], strict=True):
        if after < n:
            law = _down(law, ddpm(abar, n, beta_tilde=True), abar[n], data)
            # x ← m ⊙ x_known + (1 − m) ⊙ x_unknown, with x_known ~ N(sqrt(abar)·x0, (1 − abar)·I)
            law = law.through(identity - mask, math.sqrt(abar[after]) * mask @ values, (1 - abar[after]) * mask)
        else:
            beta = 1 - abar[after] / abar[n]
            # x ~ N(sqrt(1 − beta)·x, beta·I)
            law = law.through(math.sqrt(1 - beta) * identity, 0 * values, beta * identity)
    return law


def repaint_levels(steps: int, jump: int, resample: int) -> list[int]:
    """The n that RePaint visits, by the pseudo-code of the paper's appendix B; its t is our n − 1."""
    left = {j: resample - 1 for j in range(0, steps - jump, jump)}
    t, visits = steps, list[int]()
    while t >= 1:
        t -= 1
        visits.append(t)
        if left.get(t, 0) > 0:
            left[t] -= 1
            for _ in range(jump):
                t += 1
                visits.append(t)
    return [t + 1 for t in [*visits, -1]]


def _noise(abar: Sequence[float], data: Blob) -> Law:
    """Where sampling starts: nothing of the data, and the noise of level T."""
    identity = torch.eye(len(data.mean), dtype=torch.float64)
    return Law(torch.zeros_like(data.mean), (1 - abar[-1]) * identity)


def _down(law: Law, move: Reverse, abar: float, data: Blob) -> Law:
    """One reverse step with the exact estimate of x0."""
    identity, (gain, offset) = torch.eye(len(data.mean), dtype=torch.float64), data.estimate(abar)
    return law.through(move.keep * identity + move.pull * gain, move.pull * offset, move.variance * identity)
