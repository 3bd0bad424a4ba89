"""DPS: its pull against the paper, and where memory is short."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, cast

import pytest
import torch

from engines.analytic import MixtureDenoiser
from engines.checks.oracle_claims import blob, first_known, small_network
from engines.denoiser import Denoised, NetworkDenoiser
from engines.device import device
from engines.errors import OutOfMemory
from engines.guidance.cfg import ClassifierFree
from engines.inverse.base import Measurement
from engines.inverse.dps import DPS, StepRule
from engines.lean import Lean
from engines.process.prediction import X0
from engines.process.vp_linear import VPLinear
from engines.samplers.base import OneStep
from engines.samplers.ddim import DDIM
from engines.samplers.ddpm import DDPM
from tests.engines.test_inverse import NETWORK, NOISE, PATH, TIMES, painted


def test_dps_differentiates_a_network_inside_a_sampler() -> None:
    """One step against the paper's update with the gradient taken by hand; the parameters get none."""
    measurement, sampler = painted(), DDIM(eta=0.5)
    guided, same = DPS(zeta=0.3).posterior(PATH, NETWORK, sampler, measurement)
    assert same is sampler
    first, second, *_ = sampler(PATH, guided, NOISE.initial(), TIMES, noise=NOISE)
    _, plain, *_ = sampler(PATH, NETWORK, NOISE.initial(), TIMES, noise=NOISE)
    x = NOISE.initial().requires_grad_()
    norm = measurement.residual(NETWORK(x, TIMES[0])).flatten(1).norm(dim=1)
    (gradient,) = torch.autograd.grad(norm.square().sum(), x)
    expected = plain.x - 0.3 * gradient / norm.detach()[:, None, None, None]
    torch.testing.assert_close(second.x, expected, rtol=1e-4, atol=1e-5)
    assert not first.x0.requires_grad
    assert all(p.grad is None for p in small_network().parameters())


@pytest.mark.parametrize("sampler", [DDPM(), DDIM(), DDIM(eta=0.5)], ids=str)
def test_the_recorded_estimate_under_dps_is_the_priors_own(sampler: OneStep) -> None:
    """The pull moves the state; what is shown, plotted and measured as x0_hat is what the model says."""
    prior, labels = ClassifierFree(NETWORK, 2.0), torch.tensor([0, 1])
    guided, sampler = DPS(zeta=5).posterior(PATH, prior, sampler, painted())
    *run, _ = sampler(PATH, guided, NOISE.initial(), TIMES, noise=NOISE, cond=labels)
    for step, after in pairwise(run):
        t = torch.tensor(step.t, dtype=torch.float64)
        assert torch.equal(step.x0, prior(step.x, t, labels))
        move = sampler.move(PATH, t, torch.tensor(after.t, dtype=torch.float64))
        z = float(move.noise) * NOISE(step.index)
        mean = float(move.keep) * step.x + float(move.pull) * step.x0 + step.deltas["likelihood"]
        torch.testing.assert_close(after.x, mean + z, rtol=1e-4, atol=1e-4)


class _Tight:
    """A network whose backward pass needs more room than so many samples have."""

    def __init__(self, room: int) -> None:
        self.room, self.seen = room, list[int]()

    def __call__(self, x: torch.Tensor, t: torch.Tensor, cond: torch.Tensor | None) -> torch.Tensor:
        self.seen.append(len(x))
        return cast(torch.Tensor, _Heavy.apply(x, self.room)) * t[:, None, None, None]


class _Heavy(torch.autograd.Function):
    """x², whose gradient runs out of memory above a size of the batch."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, room: int) -> torch.Tensor:
        ctx.save_for_backward(x)
        ctx.room = room
        return x.square()

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None]:
        (x,) = ctx.saved_tensors
        if len(x) > ctx.room:
            raise torch.OutOfMemoryError("out of memory")
        return 2 * x * gradients[0], None


@pytest.mark.parametrize("own", [False, True])
def test_dps_goes_on_in_halves_where_the_gradient_has_no_room(own: bool) -> None:
    """The half is taken of forward and backward together; a measurement of each sample's own is split along."""
    x, measured = torch.randn(7, 1, 8, 8), painted()
    if own:
        measured = Measurement(measured.operator, measured.operator.forward(torch.rand(7, 1, 8, 8)))
    found: list[Denoised] = []
    for tight in (_Tight(4), _Tight(99)):
        lean = Lean(tight, device("cpu"), halves=False)
        guided = DPS().posterior(PATH, NetworkDenoiser(lean, PATH, X0()), DDIM(), measured)[0]
        found = [*found, *(guided.denoise(x, TIMES[3]) for _ in range(2))]
        assert tight.seen == ([7, 4, 3, 4, 3] if tight.room == 4 else [7, 7])
    for ours in found[:-1]:
        assert torch.equal(ours.x0, found[-1].x0)
        assert torch.equal(ours.pushes[0].delta, found[-1].pushes[0].delta)


def test_dps_without_room_for_half_says_what_fits() -> None:
    prior = NetworkDenoiser(_Tight(1), PATH, X0())
    guided = DPS().posterior(PATH, prior, DDIM(), painted())[0]
    with pytest.raises(OutOfMemory, match="too little memory for 8 images at once, even in halves; take at most 1 at"):
        guided(torch.randn(8, 1, 8, 8), TIMES[3])


def test_dps_stands_still_where_the_measurement_is_met() -> None:
    path, t = VPLinear(), torch.tensor(0.3, dtype=torch.float64)
    prior, x = MixtureDenoiser(blob(), path), torch.tensor([[0.2, -1.0]], dtype=torch.float64)
    met = first_known(float(prior(x, t)[0, 0]))
    guided = DPS().posterior(path, prior, DDIM(), met)[0]
    assert float(guided.denoise(x, t).pushes[0].delta.abs().max()) == 0


def test_a_strength_that_the_automatic_step_does_without_is_told_of() -> None:
    assert not DPS(zeta=10.0).remark(50)
    assert not DPS(rule=StepRule.AUTOMATIC).remark(50)
    assert DPS(rule=StepRule.AUTOMATIC, zeta=10.0).remark(50).startswith("A strength of 10 plays no part")
