"""Langevin dynamics: what noise goes with a step of ε/2."""

from __future__ import annotations

import math
from functools import partial

import torch

from engines.checks.closed_form import Law
from engines.checks.oracle_claims import blob
from engines.checks.settled.exact import at, law_at, score_map
from engines.checks.settled.question import Found, Printed, Question
from engines.process.vp_linear import VPLinear

EPSILON, MOVES = 0.01, 1500  # small, as the variance is off by a share of ε/4 even when the formula is right


def run(step: float, noise: float) -> Found:
    """The variance of a chain x + step·score + noise·z at one noise level, of that of p_t, move by move."""
    path, data, t = VPLinear(), blob(), at(0.3)
    matrix, offset = score_map(data, path, t)
    exact, identity = law_at(data, path, t), torch.eye(2, dtype=torch.float64)
    # a Gaussian stays one, so the law of the chain is known exactly, without the scatter of samples
    law, ratios = Law(torch.zeros_like(exact.mean), 0 * identity), [0.0]
    for _ in range(MOVES):
        law = law.through(identity + step * matrix, step * offset, noise**2 * identity)
        ratios.append(float(law.covariance.trace() / exact.covariance.trace()))
    return Found(ratios[-1], tuple(map(float, range(MOVES + 1))), tuple(ratios), (1.0,) * (MOVES + 1))


QUESTION = Question(
    name="Langevin: a step of ε/2 goes with noise √ε",
    figure="stationary variance over the exact one", expected=1.0, bound=0.02,
    printed=(
        Printed("noise √ε", r"x \leftarrow x + \frac{\epsilon}{2}\nabla\log p(x) + \sqrt{\epsilon}\,z",
                partial(run, EPSILON / 2, math.sqrt(EPSILON)), right=True),
        Printed("noise √(2ε)", r"x \leftarrow x + \frac{\epsilon}{2}\nabla\log p(x) + \sqrt{2\epsilon}\,z",
                partial(run, EPSILON / 2, math.sqrt(2 * EPSILON))),
        Printed("step ε, noise √(2ε)", r"x \leftarrow x + \epsilon\,\nabla\log p(x) + \sqrt{2\epsilon}\,z",
                partial(run, EPSILON, math.sqrt(2 * EPSILON)), right=True)),
    verdict="With noise √ε the variance settles at {right} times the exact one. Noise √(2ε) belongs to a step of ε: "
            "beside a step of ε/2 the variance settles at {wrong} times.",
    y="Variance over the exact one", x="moves")
