"""Claims on samplers and RePaint against the papers' formulas, step by step and exact to rounding."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial

import torch

from engines.checks.claim import Statement, stated
from engines.checks.closed_form import probed
from engines.checks.measures import gap
from engines.checks.oracle_claims import as_written, blob, first_known
from engines.checks.papers import Reverse, cosine_abar, ddim, ddpm, linear_abar, repainted_law, reversed_law
from engines.inverse.repaint import Repainting
from engines.process.paths import Path
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.process.vp_linear import VPLinear
from engines.samplers.base import OneStep
from engines.samplers.ddim import DDIM
from engines.samplers.ddpm import DDPM, Variance

STEPS = 8  # few, so that every coefficient shows in the result
# what 6 steps visit with jumps of 2, each stretch gone through twice: up again from 3 and from 1
LEVELS = (6, 5, 4, 3, 4, 5, 4, 3, 2, 1, 2, 3, 2, 1, 0)
ROUNDING = 1e-9


def claims() -> Iterator[Statement]:
    """Every claim here; less than a second on one core."""
    for path, abar in ((VPLinear(), linear_abar(STEPS)), (VPCosine(), cosine_abar(STEPS))):
        yield schedule_claim(path, abar)
        yield from sampler_claims(path, abar)
    for path, abar in ((VPLinear(), linear_abar(6)), (VPCosine(), cosine_abar(6))):
        yield from repaint_claims(path, abar)


def schedule_claim(path: Path, abar: list[float]) -> Statement:
    """Alpha-bar at the times of a grid."""
    wanted = torch.tensor(abar, dtype=torch.float64)
    return stated(f"{path.name}: alpha-bar is the paper's", "sampler",
                  lambda: gap(path.abar(time_grid(path, len(abar) - 1).flip(0)), wanted), 0, ROUNDING)


def sampler_claims(path: Path, abar: list[float]) -> Iterator[Statement]:
    """Mean and covariance of a few steps of each sampler of a paper."""
    down = range(len(abar) - 1, 0, -1)
    cases: list[tuple[str, OneStep, list[Reverse]]] = [
        ("ddpm (beta-tilde)", DDPM(), [ddpm(abar, n, beta_tilde=True) for n in down]),
        ("ddpm (beta)", DDPM(variance=Variance.BETA), [ddpm(abar, n, beta_tilde=False) for n in down]),
        *((f"ddim (eta {eta:g})", DDIM(eta=eta), [ddim(abar, n, eta=eta) for n in down]) for eta in (0, 0.5, 1))]
    for title, sampler, moves in cases:
        yield stated(f"{title}, {path.name}: mean and covariance after {len(moves)} steps are the paper's", "sampler",
                     partial(law_gap, sampler, path, abar, moves), 0, ROUNDING)


def law_gap(sampler: OneStep, path: Path, abar: list[float], moves: list[Reverse]) -> float:
    """How far the law of a sampler's result is from that of the paper's moves."""
    found = probed(sampler, path, time_grid(path, len(abar) - 1), blob()).law
    return found.gap(reversed_law(abar, moves, as_written(blob())))


def repaint_claims(path: Path, abar: list[float]) -> Iterator[Statement]:
    """Mean and covariance after jumps, and draws of their own for what is known, and for each way of moving."""
    sampler = Repainting(inner=DDPM(), measurement=first_known(-0.4), jump=2, resample=2)
    found = cache(lambda: probed(sampler, path, time_grid(path, len(abar) - 1), blob()))
    yield stated(f"repaint, {path.name}: mean and covariance after {len(LEVELS) - 1} moves are the paper's", "inverse",
                 lambda: found().law.gap(repainted_law(abar, LEVELS, as_written(blob()), (-0.4, None))), 0, ROUNDING)
    yield stated(f"repaint, {path.name}: draws that are used twice", "inverse",
                 lambda: len(found().asked) - len(set(found().asked)), 0, 0)
    # the start, the moves down, what is known, and the moves up: a branch may change one and keep the others
    yield stated(f"repaint, {path.name}: streams of noise", "inverse",
                 lambda: len({stream for _, stream in found().asked}), 4, 0)
