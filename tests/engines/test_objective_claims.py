"""Each claim on objectives fails where an objective, a weight or a conversion is wrong in just that."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache

import pytest
import torch
from torch import Tensor, nn

from engines.checks import objective_claims
from engines.checks.claim import Statement, measured
from engines.checks.objective_claims import (
    Average,
    average,
    bound_claim,
    chain_claim,
    flow_claims,
    meaning_claims,
    score_claims,
    weight_claims,
)
from engines.checks.oracle_claims import blobs
from engines.process.paths import Path
from engines.process.prediction import Eps, Prediction
from engines.process.straight import Straight
from engines.process.ve import VE
from engines.process.vp_cosine import VPCosine
from engines.training.draws import Draws
from engines.training.objectives import vlb
from engines.training.objectives.base import Setting
from engines.training.objectives.denoising import Denoising
from engines.training.objectives.flow_matching import FlowMatching
from engines.training.objectives.score_matching import Explicit, Implicit
from engines.training.objectives.weights import SNR, Likelihood, Weight, weights

Every = Callable[[], Average]


@pytest.fixture(scope="module")
def every() -> Every:
    return cache(lambda: average(blobs()))


def failed(claims: Iterable[Statement]) -> set[str]:
    """The claims that do not hold, without the name of the path and the time."""
    return {claim.name.partition(": ")[2].partition(" is ")[0] for claim in measured(claims) if not claim.ok}


def test_right_objectives_fail_none_of_them(every: Every) -> None:
    for path in (VE(), Straight(), VPCosine()):
        assert not failed([*score_claims(path, every), *flow_claims(path, every), *weight_claims(path)])


def test_averages_are_those_of_data_and_noise(every: Every) -> None:
    data, found = blobs(), every()
    assert float(found.weights.sum()) == pytest.approx(1, abs=1e-9)
    torch.testing.assert_close(found.weights @ found.x0, data.mean())
    offsets = found.x0 - data.mean()
    torch.testing.assert_close((found.weights * offsets.T) @ offsets, data.covariance())
    torch.testing.assert_close((found.weights * found.eps.T) @ found.eps, torch.eye(2, dtype=torch.float64))
    torch.testing.assert_close((found.weights * found.x0.T) @ found.eps, torch.zeros(2, 2, dtype=torch.float64))


class _OtherSign(Denoising):
    """score − eps/sigma, as where noise is taken for the score."""

    def losses(self, network: nn.Module, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Tensor:
        x = setting.path.diffuse(x0, draws.eps, draws.t)
        return (self.score(network, setting, x, labels, draws) - draws.eps).square().mean(1)


class _HalfTrace(Implicit):
    """½|s|² + ½ tr ∇s, where the trace is whole."""

    def losses(self, network: nn.Module, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Tensor:
        x = setting.path.diffuse(x0, draws.eps, draws.t).requires_grad_()
        size = self.score(network, setting, x, labels, draws).square().mean(1)
        return (super().losses(network, setting, x0, labels, draws) + size) / 2


class _OtherScore(Explicit):
    """The score of the data before they were blurred."""

    def losses(self, network: nn.Module, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Tensor:
        return super().losses(network, setting, x0, labels, replace(draws, eps=draws.eps / 2))


DENOISING = "gradient of denoising score matching"
IMPLICIT = {"gradient of implicit score matching", "gradient of implicit score matching by random signs"}


@pytest.mark.parametrize(("name", "wrong", "expected"), [
    ("Denoising", _OtherSign, {DENOISING}),
    ("Implicit", _HalfTrace, IMPLICIT),
    ("Explicit", _OtherScore, {DENOISING, *IMPLICIT}),
])
def test_a_wrong_score_objective_is_found_out(name: str, wrong: type, expected: set[str], every: Every,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objective_claims, name, wrong)
    assert failed(score_claims(VPCosine(), every)) == expected


def test_probes_that_are_no_signs_of_unit_variance_are_found_out(every: Every, monkeypatch: pytest.MonkeyPatch
                                                                 ) -> None:
    monkeypatch.setattr(Average, "draws", lambda self, t, probe=None: Draws(
        torch.full((len(self.x0),), t, dtype=torch.float64), self.eps, torch.zeros(len(self.x0), dtype=torch.bool),
        None if probe is None else probe / 2))
    assert failed(score_claims(VPCosine(), every)) == {"gradient of implicit score matching by random signs"}


class _FromNoise(FlowMatching):
    """x0 − eps, as where time runs the other way."""

    def losses(self, network: nn.Module, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Tensor:
        return super().losses(network, setting, draws.eps, labels, replace(draws, eps=x0))


class _Uneven(FlowMatching):
    """Errors count more where the data are positive: a weight that does not depend on the time alone."""

    def losses(self, network: nn.Module, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Tensor:
        return super().losses(network, setting, x0, labels, draws) * (1 + (x0[:, 0] > 0))


@pytest.mark.parametrize("wrong", [_FromNoise, _Uneven])
def test_a_wrong_flow_objective_is_found_out(wrong: type, every: Every, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objective_claims, "FlowMatching", wrong)
    assert failed(flow_claims(Straight(), every)) == {"gradient of conditional flow matching"}


class _Unconverted(SNR):
    """Taken for a weight of whatever the network outputs."""

    def of_output(self, path: Path, prediction: Prediction, t: Tensor) -> Tensor:
        return self.of_x0(path, prediction, t)


class _OtherGain(Eps):
    """sigma for sigma/alpha."""

    def gain(self, path: Path, t: Tensor) -> Tensor:
        return path.sigma(t)


def test_a_weight_that_is_not_converted_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objective_claims, "weights", lambda: {**weights(), "snr": _Unconverted})
    assert failed(weight_claims(VPCosine())) == {"weight snr"}


def test_a_wrong_conversion_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objective_claims, "predictions", lambda: {"eps": _OtherGain})
    assert failed(weight_claims(VPCosine())) == {f"weight {name}" for name in weights() if name != "as-predicted"}


@pytest.mark.parametrize("name", ["constant", "snr", "inverse-noise", "min-snr", "v", "likelihood"])
def test_a_weight_that_grows_otherwise_with_the_noise_is_found_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = weights()[name]
    right = kind.of_x0

    def wrong(self: Weight, path: Path, prediction: Prediction, t: Tensor) -> Tensor:
        return path.sigma(t) * right(self, path, prediction, t)

    monkeypatch.setattr(kind, "of_x0", wrong)
    for path in (VPCosine(), Straight()):
        assert failed(meaning_claims(path)) == {f"weight {name} counts errors as its paper does"}
        assert bound_claim(path).measure().ok is (name != "likelihood")


def test_a_weight_of_the_likelihood_without_the_length_of_the_path_is_found_out(
        monkeypatch: pytest.MonkeyPatch) -> None:
    right = Likelihood.of_x0
    monkeypatch.setattr(Likelihood, "of_x0", lambda self, path, kind, t: 2 * right(self, path, kind, t) / path.t_max)
    assert not bound_claim(Straight()).measure().ok
    assert failed(meaning_claims(Straight())) == {"weight likelihood counts errors as its paper does"}


@pytest.mark.parametrize("name", ["start_term", "step_term"])
def test_a_loss_of_another_bound_is_found_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = getattr(vlb, name)
    monkeypatch.setattr(vlb, name, lambda *args: 1.01 * right(*args))
    assert not any(chain_claim(path).measure().ok for path in (VPCosine(), Straight(), VE()))
