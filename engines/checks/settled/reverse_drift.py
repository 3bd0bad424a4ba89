"""The reverse SDE: its drift has all of g², that of the ODE half of it."""

from __future__ import annotations

from functools import partial

import torch

from engines.checks.oracle_claims import blob
from engines.checks.settled.exact import law_at, score_map
from engines.checks.settled.question import Found, Printed, Question
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine

STEPS, SHOWN = 400, 10  # steps, and how many of them make one point of the curve


def run(share: float, noise: float) -> Found:
    """The variance of dx = (f x − share·g² score) dt + noise·g dw backwards in time; its end over the exact one."""
    path, data = VPCosine(), blob()
    times = time_grid(path, STEPS)
    law, identity = law_at(data, path, times[0]), torch.eye(2, dtype=torch.float64)
    spread = [float(law.covariance.trace())]
    for t, s in zip(times[:-1], times[1:], strict=True):
        (matrix, offset), dt = score_map(data, path, t), s - t
        f, g2 = path.dlog_alpha(t), path.diffusion2(t)
        # Euler–Maruyama of a linear SDE takes a Gaussian to a Gaussian
        law = law.through(identity + dt * (f * identity - share * g2 * matrix), -dt * share * g2 * offset,
                          noise**2 * g2 * -dt * identity)
        spread.append(float(law.covariance.trace()))
    shown = times[::SHOWN]
    exact = [float(law_at(data, path, t).covariance.trace()) for t in shown]
    return Found(spread[-1] / exact[-1], tuple(map(float, shown)), tuple(spread[::SHOWN]), tuple(exact))


QUESTION = Question(
    name="reverse drift: g² with noise, ½g² without",
    figure="variance at the end over that of the data", expected=1.0, bound=0.02,
    printed=(
        Printed("SDE, g²", r"dx = \left(f x - g^2\,\nabla\log p_t(x)\right)dt + g\,d\bar w", partial(run, 1.0, 1.0),
                right=True),
        Printed("SDE, ½g²", r"dx = \left(f x - \frac{1}{2}g^2\,\nabla\log p_t(x)\right)dt + g\,d\bar w",
                partial(run, 0.5, 1.0)),
        Printed("ODE, ½g²", r"dx = \left(f x - \frac{1}{2}g^2\,\nabla\log p_t(x)\right)dt", partial(run, 0.5, 0.0),
                right=True),
        Printed("ODE, g²", r"dx = \left(f x - g^2\,\nabla\log p_t(x)\right)dt", partial(run, 1.0, 0.0))),
    verdict="The SDE with g² ends with {right} of the data’s variance, and with ½g² with {wrong}; the ODE, which adds "
            "no noise, needs ½g² and collapses with g².",
    y="Variance of x_t", x="t")
