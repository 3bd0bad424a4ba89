"""Claims on the chain, the bound and the log-density hold, and each fails where just that is wrong."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

import pytest
import torch
from torch import Tensor

from engines.analytic import Mixture, MixtureDenoiser
from engines.checks import bound_claims, chain_claims, likelihood_claims
from engines.checks.claim import Statement, measured
from engines.checks.registry import groups
from engines.denoiser import Denoiser
from engines.likelihood import bound, flow
from engines.likelihood.decoders import density
from engines.likelihood.trace import Hutchinson
from engines.process.chain import Chain, linear_betas
from engines.process.paths import Path
from engines.process.straight import Straight
from engines.process.times import time_grid
from engines.process.ve import VE
from engines.process.vp_cosine import VPCosine
from engines.process.vp_linear import VPLinear
from engines.samplers.ddpm import DDPM

COSINE = VPCosine()


def failed(claims: Iterable[Statement]) -> set[str]:
    """The claims that do not hold, without what they are about."""
    return {claim.name.partition(": ")[2] for claim in measured(claims) if not claim.ok}


@pytest.mark.parametrize("module", [chain_claims, bound_claims, likelihood_claims],
                         ids=lambda module: module.__name__.rpartition(".")[2])
def test_every_claim_holds(module: object) -> None:
    found = list(measured(module.claims()))
    assert found
    assert not [str(claim) for claim in found if not claim.ok]
    assert all(groups(word) for claim in found for word in (claim.kind, claim.name))


def _chain(path: Path = COSINE) -> Chain:
    return Chain.of_path(path, time_grid(path, 20))


class _WideBackwards(Chain):
    """beta in place of beta-tilde."""

    @property
    def beta_tilde(self) -> Tensor:
        return self.beta


class _UnitVariance(Chain):
    """1 − alpha² for sigma², which holds where the variance is preserved alone."""

    @property
    def of_data(self) -> Tensor:
        return torch.cat([self.beta[:1], self.alpha[:-1] * self.beta[1:] / (1 - self.abar[1:] + 1e-9)])


def _as(kind: type[Chain], chain: Chain) -> Chain:
    return kind(chain.times, chain.alpha, chain.sigma2, chain.keep, chain.beta)


@pytest.mark.parametrize(("chain", "expected"), [
    (replace(_chain(), beta=_chain().beta * 1.01), "20 kernels composed are the marginal"),
    (_as(_UnitVariance, _chain(Straight())), "mean of q(x_(n−1) | x_n, x_0) is that of Bayes’ rule"),
    (_as(_WideBackwards, _chain()), "variance of q(x_(n−1) | x_n, x_0) is that of Bayes’ rule"),
])
def test_a_wrong_chain_is_found_out(chain: Chain, expected: str) -> None:
    assert expected in failed(chain_claims.kernel_claims("wrong", chain))
    assert not failed(chain_claims.kernel_claims("right", _chain()))


class _HalfDiffusion(VE):
    """g² in place of which half of it stands, as where the SDE of the ODE is meant."""

    def diffusion2(self, t: Tensor) -> Tensor:
        return super().diffusion2(t) / 2


def test_another_sde_is_not_the_limit_of_the_chain() -> None:
    assert failed(chain_claims.limit_claims(_HalfDiffusion())) == {
        "order in which beta of a step nears g² dt", "order in which a reverse step nears the reverse SDE"}


def test_a_sampler_of_another_chain_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its estimate weighs a hundredth more."""
    right = DDPM.move
    monkeypatch.setattr(DDPM, "move", lambda self, path, t, s: replace(move := right(self, path, t, s),
                                                                       pull=move.pull * 1.01))
    assert failed(chain_claims.sampler_claims(COSINE)) == {"ddpm with beta-tilde steps as the chain does",
                                                           "ddpm with beta steps as the chain does"}


def test_other_betas_are_not_the_linear_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_claims, "linear_betas", lambda steps=1000: linear_betas(steps) * 1.02)
    assert failed(chain_claims.linear_claims()) == {"alpha-bar of 1,000 linear betas is vp-linear’s",
                                                    "order in which linear betas near vp-linear"}


IDENTITIES = {f"log p = ELBO + KL with {rule}" for rule in ("beta", "beta-tilde", "a learned variance")}


def _without_prior(chain: Chain, x0: Tensor) -> bound.BoundTerm:
    """As where what is left of the data at the end is taken for nothing."""
    return bound.BoundTerm(len(chain.times) - 1, torch.zeros(len(x0), dtype=torch.float64))


def _means_alone(chain: Chain, n: int, miss: Tensor, v: Tensor) -> Tensor:
    """The terms of the simple loss, which does not know of the variances."""
    return (float(chain.of_data[n]) * miss).square().sum(1) / (2 * float(v.max()))


def _variances_swapped(chain: Chain, n: int, miss: Tensor, v: Tensor) -> Tensor:
    """KL(p ‖ q) in place of KL(q ‖ p)."""
    narrow, wide = float(chain.beta_tilde[n]), float(v.max())
    apart = (float(chain.of_data[n]) * miss).square().sum(1)
    return (apart / narrow + miss.shape[1] * (math.log(narrow / wide) + wide / narrow - 1)) / 2


@pytest.mark.parametrize(("part", "wrong", "right_ones"), [
    ("prior_term", _without_prior, set[str]()),
    # where the variances are equal both are right
    ("_step_term", _means_alone, {"log p = ELBO + KL with beta-tilde"}),
    ("_step_term", _variances_swapped, {"log p = ELBO + KL with beta-tilde"}),
])
def test_a_wrong_term_of_the_bound_is_found_out(part: str, wrong: Callable[..., Tensor | bound.BoundTerm],
                                                right_ones: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bound, part, wrong)
    assert failed(bound_claims.identity_claims(Straight())) == IDENTITIES - right_ones


def _squares(x0: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
    """The last term as a squared error alone."""
    return (x0 - mean).square().sum(1) / (2 * float(variance.max()))


def test_a_density_without_its_volume_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bound_claims, "bound_terms", partial(bound.bound_terms, decoder=_squares))
    assert failed(bound_claims.identity_claims(COSINE)) == IDENTITIES


BITS = "bits per pixel of the bound of images of 4 grey levels, 400 steps"


def test_images_without_their_grey_levels_have_a_density_and_no_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bound_claims, "of_levels", lambda _levels: density)
    assert {BITS, "how far the bound of images is below their entropy"} <= failed(bound_claims.image_claims(COSINE))


def test_nats_for_bits_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bound_claims, "bits_per_dim", lambda nats, dimension: nats / dimension)
    assert BITS in failed(bound_claims.image_claims(COSINE))


def test_the_denoiser_of_other_images_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The denoiser of images that are dark where these are bright."""
    pixels = bound_claims.Pixels
    monkeypatch.setattr(bound_claims, "Pixels", lambda grey, path: pixels(
        Mixture(grey.weights.flip(0), grey.means, grey.covariances), path))
    assert {BITS, "gap of the bound of images left by four times as many steps"} <= failed(
        bound_claims.image_claims(COSINE))


def test_a_bound_that_leaves_terms_out_is_below_the_truth(monkeypatch: pytest.MonkeyPatch) -> None:
    """L_0 to L_2 alone."""
    right = bound.bound_terms
    monkeypatch.setattr(bound_claims, "bound_terms",
                        lambda *args, **options: (term for term in right(*args, **options) if term.step < 3))
    assert "how far the bound of a mixture is below −log p" in failed(bound_claims.mixture_claims(COSINE))


class _HalfWay(MixtureDenoiser):
    """Sees half of the noise that there is."""

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> object:
        return super().denoise(x, t / 2, cond)


def test_a_worse_denoiser_keeps_its_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """More steps are of no use where the denoiser is not exact."""
    monkeypatch.setattr(bound_claims, "MixtureDenoiser", _HalfWay)
    assert "gap of the bound left by four times as many steps" in failed(bound_claims.mixture_claims(COSINE))


class _OtherInverse(VPLinear):
    def t_at(self, log_snr: Tensor) -> Tensor:
        return super().t_at(log_snr) * 0.999


def test_a_path_off_its_levels_is_found_out() -> None:
    assert not likelihood_claims.truth_claim(_OtherInverse()).measure().ok


def test_a_flow_without_the_volume_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the divergence of x0_hat alone is counted."""
    right = flow.Flow.rates

    def without(self: flow.Flow, y: Tensor, level: float) -> tuple[Tensor, Tensor]:
        slope, rate = right(self, y, level)
        return slope, rate - y.shape[1]

    monkeypatch.setattr(flow.Flow, "rates", without)
    assert not likelihood_claims.truth_claim(COSINE).measure().ok


def test_a_prior_of_another_size_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variance 1, as samplers begin with that know no other path."""
    def unit(path: Path, end: flow.FlowStep) -> Tensor:
        del path
        return end.gained - (end.y.square().sum(1) + end.y.shape[1] * math.log(2 * math.pi)) / 2

    monkeypatch.setattr(likelihood_claims, "log_density", unit)
    assert not likelihood_claims.truth_claim(VE()).measure().ok


def test_solvers_of_another_order_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights that add up to 1 and no more are of order 1."""
    euler = {flow.Solver.HEUN: ((0.0, 1.0), (1.0, 0.0)), flow.Solver.RK4: ((0.0, 0.5, 0.5, 1.0), (1.0, 0.0, 0.0, 0.0))}
    monkeypatch.setattr(flow, "STAGES", euler)
    assert failed(likelihood_claims.order_claims(COSINE)) == {"order of log p by heun", "order of log p by rk4"}


def test_probes_of_another_size_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth too long: their squares do not average to 1."""
    right = Hutchinson.__call__

    def wrong(self: Hutchinson, denoiser: Denoiser, *args: Tensor) -> tuple[Tensor, Tensor]:
        x0, trace = right(self, denoiser, *args)
        return x0, trace * 1.21

    monkeypatch.setattr(Hutchinson, "__call__", wrong)
    assert failed(likelihood_claims.probe_claims(COSINE)) == {
        f"log p by {law} probes, standard errors of its mean from the exact one" for law in ("rademacher", "gaussian")}
