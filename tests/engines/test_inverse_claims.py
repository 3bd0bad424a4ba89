"""Each claim on operators, RePaint and DPS fails where one of them is wrong in just that."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
from torch import Tensor

from engines.analytic import Mixture, MixtureDenoiser
from engines.checks import oracle_claims, paper_claims, posterior_claims
from engines.checks.claim import Statement, measured
from engines.checks.oracle_claims import dps_claims, end_of, operator_claims, repaint_claims
from engines.checks.papers import linear_abar, repaint_levels
from engines.checks.posterior_claims import dps_posterior, repaint_posterior
from engines.denoiser import Denoiser
from engines.inverse import repaint
from engines.inverse.base import Measurement
from engines.inverse.dps import DPS
from engines.inverse.repaint import RePaint
from engines.operators.base import Degradation, degradations
from engines.process.paths import Path
from engines.process.vp_linear import VPLinear
from engines.samplers.base import Sampler, Step
from engines.samplers.ddpm import DDPM

FEW = linear_abar(6)
KNOWN = {"repaint, 1×: known pixels", "repaint, 10×: known pixels"}


def failed(claims: Iterable[Statement], within: str = "") -> set[str]:
    """The claims that do not hold, of those with these words."""
    return {claim.name for claim in measured(each for each in claims if within in each.name) if not claim.ok}


def last_part(names: set[str]) -> set[str]:
    """Without what the claims are about."""
    return {name.partition(": ")[2] for name in names}


@pytest.mark.parametrize(("name", "made"), degradations().items())
def test_an_adjoint_or_pseudo_inverse_of_another_size_is_found_out(name: str, made: type[Degradation],
                                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice the size where it is not linear: what is rounded or cut off takes no notice of a thousandth."""
    example = made.example((3, 8, 8), seed=1)
    kind, wrong = type(example), 1.001 if example.linear else 2
    parts = [("adjoint", "adjoint")] * example.linear + [("pinv", "pseudo-inverse")] * example.consistent
    for part, title in parts:
        right = getattr(kind, part)
        with monkeypatch.context() as planted:
            planted.setattr(kind, part, lambda self, y, right=right: wrong * right(self, y))
            assert f"{name}: {title}" in failed(operator_claims(), f"{name}: ")


def _straight_down(steps: int, jump: int, resample: int) -> tuple[int, ...]:
    """As where the jumps back are left out."""
    del jump, resample
    return tuple(range(steps + 1))


def test_repaint_that_never_goes_back_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repaint, "schedule", _straight_down)
    assert last_part(failed(paper_claims.repaint_claims(VPLinear(), FEW))) == {
        "mean and covariance after 14 moves are the paper's", "streams of noise"}
    assert failed(repaint_claims(), "10") >= {
        "repaint, 10×: mean as the paper's", "repaint: error of a mode's posterior weight left by 10 resamplings"}


def test_one_draw_for_what_is_known_and_for_what_is_not_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repaint, "KNOWN", 0)
    assert last_part(failed(paper_claims.repaint_claims(VPLinear(), FEW))) >= {"draws that are used twice",
                                                                             "streams of noise"}


def test_the_papers_algorithm_without_its_jumps_keeps_its_bias(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracle_claims, "repaint_levels", lambda steps, jump, _again: repaint_levels(steps, jump, 1))
    assert failed(repaint_claims(), "bias left") == {"repaint: bias left after 10 resamplings"}


def test_repaint_with_less_noise_is_too_narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    right = DDPM.move
    monkeypatch.setattr(DDPM, "move", lambda self, path, t, s: replace(move := right(self, path, t, s),
                                                                       noise=0.5 * move.noise))
    assert failed(repaint_claims(), "variance") == {f"repaint, {n}×: variance as the paper's" for n in (1, 10)}
    assert failed(repaint_posterior(), "apart: posterior variance")


def test_known_pixels_that_are_a_little_off_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Measurement.known
    monkeypatch.setattr(Measurement, "known", lambda self, x: right(self, x) + 1e-6)
    assert failed(repaint_claims(), "known pixels") == KNOWN


def test_another_strength_of_dps_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundredth of it leaves the samples where the prior has them."""
    monkeypatch.setattr(oracle_claims, "DPS", lambda zeta: DPS(zeta=zeta / 100))
    assert failed(dps_claims()) == {
        "dps with ddpm: the paper's update", "dps with ddim: the paper's update",
        "dps: distance to the posterior mean, of that of the prior", "dps: mean error of the known coordinate"}


Posterior = Callable[[], Iterable[Statement]]
CASES = (("repaint, modes apart", repaint_posterior), ("dps, modes apart", dps_posterior),
         ("repaint, modes overlapping", repaint_posterior))


@pytest.mark.parametrize(("title", "claims"), CASES)
def test_samples_of_the_prior_are_not_those_of_the_posterior(title: str, claims: Posterior,
                                                             monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_known(_self: object, _path: Path, denoiser: Denoiser, sampler: Sampler, _measurement: Measurement,
                      ) -> tuple[Denoiser, Sampler]:
        return denoiser, sampler

    for kind in (RePaint, DPS):
        monkeypatch.setattr(kind, "posterior", nothing_known)
    wrong = last_part(failed(claims(), title))
    assert {"posterior weight of mode 1", "posterior weight of mode 2", "posterior variance"} <= wrong or \
        {"posterior weight of mode 1", "posterior mean", "posterior covariance with the known"} <= wrong, wrong


@pytest.mark.parametrize(("title", "claims"), CASES[:2])
def test_a_prior_of_other_weights_has_another_posterior_mean(title: str, claims: Posterior,
                                                             monkeypatch: pytest.MonkeyPatch) -> None:
    """The two modes that a measurement cannot tell apart, swapped."""
    def swapped(data: Mixture, path: Path) -> MixtureDenoiser:
        first, second, *rest = data.weights
        return MixtureDenoiser(Mixture(data.weights.new_tensor([second, first, *rest]), data.means, data.covariances),
                               path)

    monkeypatch.setattr(posterior_claims, "MixtureDenoiser", swapped)
    assert "posterior mean" in last_part(failed(claims(), title))


@pytest.mark.parametrize(("title", "claims"), CASES)
def test_what_is_known_moving_with_what_is_not_and_that_too_wide_is_found_out(title: str, claims: Posterior,
                                                                              monkeypatch: pytest.MonkeyPatch) -> None:
    def leaking(*args: object, **options: object) -> Step:
        end = end_of(*args, **options)  # type: ignore[arg-type]
        return replace(end, x=_leaked(end.x))

    monkeypatch.setattr(posterior_claims, "end_of", leaking)
    assert {"posterior covariance with the known", "posterior variance"} <= last_part(failed(claims(), title))


def _leaked(x: Tensor) -> Tensor:
    moved = x.clone()
    moved[:, 1] *= 1.5
    moved[:, 0] += moved[:, 1]
    return moved
