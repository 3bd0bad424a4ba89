"""Each claim on paths fails where the path, a prediction or a grid is wrong in just that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest
import torch
from torch import Tensor

from engines.analytic import Mixture, gaussian
from engines.checks import path_claims
from engines.checks.claim import Statement, measured
from engines.checks.path_claims import (
    density_claims,
    prediction_claims,
    rate_claims,
    sampler_claims,
    tweedie_claims,
)
from engines.process.paths import Path
from engines.process.prediction import Eps, Prediction, Velocity, to_score
from engines.process.straight import Straight
from engines.process.sub_vp import SubVP
from engines.process.ve import VE
from engines.samplers.ddim import DDIM


class _HalfDiffusion(VE):
    """g² in place of which half of it stands, as where the SDE of the ODE is meant."""

    def diffusion2(self, t: Tensor) -> Tensor:
        return super().diffusion2(t) / 2


class _OtherDrift(Straight):
    def dlog_alpha(self, t: Tensor) -> Tensor:
        return -1 / (1 - t).square()


class _OtherInverse(SubVP):
    """As though the variance were preserved."""

    def t_at(self, log_snr: Tensor) -> Tensor:
        return self._t_of((-log_snr).logaddexp(log_snr.new_zeros(())))


class _OtherTransition(Straight):
    """With 1 − alpha² for sigma², which holds where the variance is preserved alone."""

    def transition(self, s: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        factor = self.alpha(t) / self.alpha(s)
        return factor, (1 - self.abar(t)) - factor.square() * self.sigma(s).square()


class _UnitStart(VE):
    """Begins with noise of unit size, as samplers do that know no other path."""

    def initial(self, eps: Tensor) -> Tensor:
        return eps


class _OtherVelocity(Straight):
    def dsigma(self, t: Tensor) -> Tensor:
        return -torch.ones_like(t)


def failed(claims: Iterable[Statement]) -> set[str]:
    """The claims that do not hold, without the name of the path."""
    return {claim.name.partition(": ")[2] for claim in measured(claims) if not claim.ok}


@pytest.mark.parametrize(("path", "claims", "expected"), [
    (_HalfDiffusion(), rate_claims, "g² is the rate of the variance"),
    (_OtherDrift(), rate_claims, "drift is the rate of log alpha"),
    (_OtherInverse(), rate_claims, "t of log-SNR is its inverse"),
    (_OtherTransition(), rate_claims, "transitions compose"),
    (_HalfDiffusion(), density_claims, "Fokker–Planck residual at t = 0.2"),
    (_OtherVelocity(), density_claims, "continuity residual at t = 0.6"),
    (_UnitStart(), sampler_claims, "covariance at 200 steps is near the data's"),
], ids=lambda value: type(value).__name__ if isinstance(value, Path) else "")
def test_a_wrong_path_is_found_out(path: Path, claims: Callable[[Path], Iterator[Statement]], expected: str) -> None:
    assert expected in failed(claims(path))


def test_right_paths_fail_none_of_them() -> None:
    for path in (VE(), Straight(), SubVP()):
        assert not failed([*rate_claims(path), *density_claims(path), *prediction_claims(path), *tweedie_claims(path)])


def test_a_wrong_divergence_of_the_oracle_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """That of the components alone, without what lies between them."""
    def within(self: Mixture, x: Tensor, alpha: Tensor, sigma: Tensor) -> Tensor:
        each = torch.stack([gaussian(mean, covariance).jacobian(x, alpha, sigma).diagonal(dim1=1, dim2=2).sum(1)
                            for mean, covariance in zip(self.means, self.covariances, strict=True)], 1)
        return (self.responsibilities(x, alpha, sigma) * each).sum(1)

    monkeypatch.setattr(Mixture, "trace", within)
    assert failed(density_claims(Straight())) == {f"residual of the oracle’s own score and divergence at t = {t}"
                                                  for t in (0.05, 0.2, 0.6, 0.95)}


TWEEDIE = {f"Tweedie’s formula, score of p_t from E[x0 | x_t] at t = {t}" for t in (0.2, 0.6, 0.95)}
BEHIND = {f"x̂_0 of the exact denoiser is E[x0 | x_t] at t = {t}" for t in (0.2, 0.6, 0.95)}


def test_a_score_of_another_size_is_not_tweedies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over sigma in place of sigma², which is a noise estimate."""
    monkeypatch.setattr(path_claims, "to_score", lambda path, x, x0, t: to_score(path, x, x0, t) * path.sigma(t))
    assert failed(tweedie_claims(Straight())) == TWEEDIE


def test_a_denoiser_of_the_nearest_component_alone_is_no_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    def nearest(self: Mixture, x: Tensor, alpha: Tensor, sigma: Tensor, cond: Tensor | None = None) -> Tensor:
        return denoise(self, x, alpha, sigma, self.responsibilities(x, alpha, sigma).argmax(1))

    denoise = Mixture.denoise
    monkeypatch.setattr(Mixture, "denoise", nearest)
    assert failed(tweedie_claims(Straight())) == BEHIND


class _WrongSign(Velocity):
    """x0 − eps, as where time runs the other way."""

    def target(self, path: Path, x0: Tensor, eps: Tensor, t: Tensor) -> Tensor:
        return -super().target(path, x0, eps, t)


class _UnitVariance(Eps):
    """Takes sqrt(1 − sigma²) for alpha."""

    def to_x0(self, path: Path, x: Tensor, predicted: Tensor, t: Tensor) -> Tensor:
        sigma = path.sigma(t)[:, None]
        return (x - sigma * predicted) / (1 - sigma.square()).clamp(min=1e-9).sqrt()


@pytest.mark.parametrize("kind", [_WrongSign, _UnitVariance])
def test_a_wrong_prediction_is_found_out(kind: type[Prediction], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(path_claims, "predictions", lambda: {"wrong": kind})
    assert failed(prediction_claims(Straight())) == {"x0 from wrong"}


def test_a_sampler_of_another_order_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Noise that is added without end does not vanish with the steps."""
    monkeypatch.setattr(path_claims, "DDIM", lambda: DDIM(eta=1.0))
    assert "DDIM’s order on this grid" in failed(sampler_claims(Straight()))
