"""Classifier-free guidance against the oracle, alone and under DPS."""

from __future__ import annotations

import pytest
import torch

from engines.analytic import MixtureDenoiser
from engines.checks.oracle_claims import blobs, first_known
from engines.denoiser import Contribution, Denoised, Denoiser
from engines.guidance.cfg import ClassifierFree
from engines.inverse.dps import DPS
from engines.process.noise import Noise, sample_seeds
from engines.process.prediction import to_eps
from engines.process.times import time_grid
from engines.process.vp_linear import VPLinear
from engines.samplers.ddim import DDIM

PATH = VPLinear()
PRIOR = MixtureDenoiser(blobs(), PATH)
T = torch.tensor(0.4, dtype=torch.float64)
NOISE = Noise(sample_seeds(0, 3), (2,), dtype=torch.float64)
X = NOISE.initial()
COND = torch.tensor([0, 1, -1])


def test_both_conventions_are_the_same_guidance() -> None:
    """eps_u + s(eps_c − eps_u) = (1+w) eps_c − w eps_u with s = 1 + w."""
    given, free = to_eps(PATH, X, PRIOR(X, T, COND), T), to_eps(PATH, X, PRIOR(X, T, None), T)
    ours = to_eps(PATH, X, ClassifierFree(PRIOR, 2.5)(X, T, COND), T)
    torch.testing.assert_close(ours, free + 2.5 * (given - free))
    torch.testing.assert_close(ours, (1 + 1.5) * given - 1.5 * free)


def test_scale_one_is_the_conditional_model_and_zero_the_free_one() -> None:
    torch.testing.assert_close(ClassifierFree(PRIOR, 1.0)(X, T, COND), PRIOR(X, T, COND), rtol=0, atol=0)
    torch.testing.assert_close(ClassifierFree(PRIOR, 0.0)(X, T, COND), PRIOR(X, T, None))


def test_samples_without_a_class_are_left_alone() -> None:
    guided = ClassifierFree(PRIOR, 5.0)
    found = guided.denoise(X, T, COND)
    torch.testing.assert_close(found.x0[2], PRIOR(X, T, None)[2])
    assert float(found.contributions[0].delta[2].abs().max()) == 0


@pytest.mark.parametrize(("cond", "scale", "calls"),
                         [(COND, 2.0, 2), (None, 2.0, 1), (torch.full((3,), -1), 2.0, 1), (COND, 1.0, 1)])
def test_calls_are_what_is_spent(cond: torch.Tensor | None, scale: float, calls: int) -> None:
    guided = ClassifierFree(PRIOR, scale)
    assert guided.calls(cond) == DPS().posterior(PATH, guided, DDIM(), first_known(0))[0].calls(cond) == calls
    assert [c.term for c in guided.denoise(X, T, cond).contributions] == ["guidance"]


def test_times_may_differ_by_sample() -> None:
    times = torch.tensor([0.2, 0.5, 0.8], dtype=torch.float64)
    together = ClassifierFree(PRIOR, 3.0)(X, times, COND)
    apart = [ClassifierFree(PRIOR, 3.0)(X[k:k + 1], times[k], COND[k:k + 1])[0] for k in range(3)]
    torch.testing.assert_close(together, torch.stack(apart))


def test_dps_over_cfg_reports_both_terms_and_the_prior_is_the_rest() -> None:
    guided, sampler = DPS(zeta=0.5).posterior(PATH, ClassifierFree(PRIOR, 3.0), DDIM(), first_known(-0.3))
    times = time_grid(PATH, 10)
    plain = DDIM().move(PATH, times[0], times[1])
    step = next(sampler(PATH, guided, X, times, noise=NOISE, cond=COND))
    assert set(step.terms) == {"prior", "noise", "guidance", "likelihood"}
    assert step.nfe == 2
    push = 2 * plain.pull * (PRIOR(X, times[0], COND) - PRIOR(X, times[0], None))
    torch.testing.assert_close(step.deltas["guidance"], push)
    rest = (plain.keep - 1) * X + plain.pull * PRIOR(X, times[0], COND)
    torch.testing.assert_close(step.terms["prior"], rest.norm(dim=1))
    torch.testing.assert_close(step.terms["likelihood"], step.deltas["likelihood"].norm(dim=1))


def test_cfg_over_dps_adds_up_too() -> None:
    """The other order: the push is extended as the estimate is, and each stays under its own name."""
    bent, _ = DPS(zeta=0.5).posterior(PATH, PRIOR, DDIM(), first_known(-0.3))
    found = ClassifierFree(bent, 3.0).denoise(X[:2], T, COND[:2])
    assert [c.term for c in found.contributions] == ["guidance"]
    torch.testing.assert_close(found.x0, ClassifierFree(PRIOR, 3.0)(X[:2], T, COND[:2]))
    (push,) = found.pushes
    given, free = (bent.denoise(X[:2], T, cond).pushes[0].delta for cond in (COND[:2], None))
    torch.testing.assert_close(push.delta, given + 2 * (given - free))


def test_contributions_inside_the_guidance_keep_their_name() -> None:
    """A prior that is guided itself: all parts taken off leave the bare conditional estimate."""
    found = ClassifierFree(_Shifted(PRIOR), 3.0).denoise(X[:2], T, COND[:2])
    assert [c.term for c in found.contributions] == ["likelihood", "guidance"]
    torch.testing.assert_close(found.x0 - sum(c.delta for c in found.contributions), PRIOR(X[:2], T, COND[:2]))


class _Shifted(Denoiser):
    """A prior whose estimate something else has moved already, more so for later classes."""

    def __init__(self, prior: Denoiser) -> None:
        self.prior = prior

    def denoise(self, x: torch.Tensor, t: torch.Tensor, cond: torch.Tensor | None = None) -> Denoised:
        delta = 0.1 * x * (0 if cond is None else cond[:, None] + 2)
        return Denoised(self.prior(x, t, cond) + delta, (Contribution("likelihood", delta),))
