"""The ODE behind DDIM: sign and factor of the noise estimate."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from engines.checks.closed_form import flow_end
from engines.checks.oracle_claims import blob
from engines.checks.settled.question import Found, Printed, Question
from engines.process.noise import Noise, sample_seeds
from engines.process.times import time_grid
from engines.process.tweedie import eps_of
from engines.process.vp_linear import VPLinear

STEPS = (25, 50, 100, 200, 400)


def run(factor: float) -> Found:
    """The largest error of dx/dt = −½β(x + factor·eps_hat/√(1 − abar)) at its end, solved with Euler's method."""
    path, data = VPLinear(), blob()
    start = path.initial(Noise(sample_seeds(0, 64), (2,), dtype=torch.float64).initial())
    exact = flow_end(path, start, data)

    def slope(x: Tensor, t: Tensor) -> Tensor:
        x0 = data.denoise(x, path.alpha(t), path.sigma(t))
        # sigma is √(1 − abar) on a path that preserves the variance
        return -path.diffusion2(t) / 2 * (x + factor * eps_of(x, x0, path.alpha(t), path.sigma(t)) / path.sigma(t))

    errors = list[float]()
    for steps in STEPS:
        times, x = time_grid(path, steps), start
        for t, s in zip(times[:-1], times[1:], strict=True):
            x = x + (s - t) * slope(x, t)
        errors.append(float((x - exact).abs().max()))
    theory = tuple(errors[0] * STEPS[0] / steps for steps in STEPS)
    return Found(errors[-1], tuple(map(float, STEPS)), tuple(errors), theory)


QUESTION = Question(
    name="DDIM’s ODE: ε̂/√(1 − ᾱ) is subtracted, once",
    figure="largest error at the end, 400 steps", expected=0.0, bound=0.05,
    printed=(
        Printed("− ε̂/√(1 − ᾱ)",
                r"\frac{dx}{dt} = -\frac{\beta}{2}\left(x - \frac{1}{\sqrt{1-\bar\alpha}}\,\hat\epsilon\right)",
                partial(run, -1.0), right=True),
        Printed("+ 2ε̂/√(1 − ᾱ)",
                r"\frac{dx}{dt} = -\frac{\beta}{2}\left(x + \frac{2}{\sqrt{1-\bar\alpha}}\,\hat\epsilon\right)",
                partial(run, 2.0))),
    verdict="With −ε̂/√(1 − ᾱ) the samples end {right} away from where the exact flow does, and nearer with more "
            "steps; with +2ε̂/√(1 − ᾱ) they end {wrong} away, however many steps are made.",
    y="Largest error at the end", x="steps", log=True, theory="order 1")
