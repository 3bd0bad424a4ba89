"""Classifier-free guidance: a scale s is 1 + w, not w."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from engines.analytic import MixtureDenoiser
from engines.checks.oracle_claims import blobs
from engines.checks.settled.exact import at
from engines.checks.settled.question import Found, Printed, Question
from engines.guidance.cfg import ClassifierFree
from engines.process.vp_linear import VPLinear

WEIGHTS = tuple(k / 2 for k in range(9))  # w of the paper
TIME, COUNT = 0.4, 200


def estimates() -> tuple[MixtureDenoiser, Tensor, Tensor, Tensor]:
    """The exact denoiser of two classes, states x (B, 2) and their class, and the time."""
    path, data, t = VPLinear(), blobs(), at(TIME)
    x = data.noised(float(path.alpha(t)), float(path.sigma(t))).sample(COUNT)
    return MixtureDenoiser(data, path), x, torch.zeros(COUNT, dtype=torch.long), t


def paper(w: float) -> Tensor:
    """(1 + w)·c − w·u: Ho & Salimans' print, of the estimates with (c) and without (u) the class."""
    denoiser, x, cond, t = estimates()
    return (1 + w) * denoiser(x, t, cond) - w * denoiser(x, t)


def distance(a: Tensor, b: Tensor) -> float:
    """Mean Euclidean distance of points (B, 2)."""
    return float((a - b).square().sum(1).sqrt().mean())


def run(offset: float) -> Found:
    """The largest gap over w between u + s(c − u) at s = offset + w, as this program computes it, and the paper's."""
    denoiser, x, cond, t = estimates()
    free = denoiser(x, t)
    gaps, moved, theory = list[float](), list[float](), list[float]()
    for w in WEIGHTS:
        guided, wanted = ClassifierFree(denoiser, offset + w)(x, t, cond), paper(w)
        gaps.append(float((guided - wanted).abs().max()))
        moved.append(distance(guided, free))
        theory.append(distance(wanted, free))
    return Found(max(gaps), WEIGHTS, tuple(moved), tuple(theory))


QUESTION = Question(
    name="classifier-free guidance: s is 1 + w",
    figure="largest gap to the paper’s estimate", expected=0.0, bound=1e-9,
    printed=(
        Printed("s = 1 + w", r"\hat x_0 = u + s\,(c - u) = (1+w)\,c - w\,u, \quad s = 1 + w", partial(run, 1.0),
                right=True),
        Printed("s = w", r"\hat x_0 = u + s\,(c - u) = (1+w)\,c - w\,u, \quad s = w", partial(run, 0.0))),
    verdict="Of the estimates c with the class and u without, u + s(c − u) and (1 + w)c − wu are the same where "
            "s = 1 + w: they differ by {right}. With s = w the guidance is too weak by c − u, and the estimates are "
            "{wrong} apart.",
    y="Mean distance from the estimate without class", x="w", theory="paper")
