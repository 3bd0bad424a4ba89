"""Each claim on consistency sampling, inversion and slerp fails where one of them is wrong in just that."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from torch import Tensor

from engines.analytic import MixtureDenoiser
from engines.checks import flow_claims
from engines.checks.claim import Statement, measured
from engines.checks.flow_claims import consistency_claims, inversion_claim, order_claims, slerp_claims
from engines.process.paths import paths
from engines.process.slerp import linear
from engines.process.ve import VE
from engines.process.vp_cosine import VPCosine
from engines.process.vp_linear import VPLinear
from engines.samplers.base import Sampler
from engines.samplers.consistency import Consistency
from engines.samplers.euler import Euler
from engines.samplers.heun import Heun
from engines.samplers.rk4 import RungeKutta4
from engines.samplers.split import Split
from engines.samplers.walk import Walk


def failed(claims: Iterable[Statement]) -> set[str]:
    """What the claims that do not hold say."""
    return {claim.name.partition(": ")[2] for claim in measured(claims) if not claim.ok}


def test_right_ones_hold() -> None:
    assert not failed(flow_claims.claims())


class _TooMuch(Consistency):
    """Fresh noise of the time that it comes from, not of the one that it goes to."""

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        return walk.path.alpha(s) * walk.read(x, t).x0 + walk.fresh(walk.path.sigma(t) * (s > 0))


class _Unshrunk(Consistency):
    """Forgets that data are shrunk on the way to noise."""

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        return walk.read(x, t).x0 + walk.fresh(walk.path.sigma(s))


@pytest.mark.parametrize("kind", [_TooMuch, _Unshrunk])
def test_wrong_steps_are_found_out(kind: type[Consistency], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow_claims, "Consistency", kind)
    assert failed(consistency_claims(VPCosine())) == {"law of the samples of 4 steps"}


def test_a_mean_in_place_of_the_end_of_the_flow_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow_claims, "FlowEnd", MixtureDenoiser)
    for kind in paths().values():
        assert failed(consistency_claims(kind())) == {"law of the samples of 1 step", "law of the samples of 4 steps"}


class _Elsewhere(RungeKutta4):
    """To the end of another flow: the slope is too large by a thousandth."""

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        return x + 1.001 * (super().step(walk, x, t, s) - x)


class _Downwards(Heun):
    """Corrects its step as a run towards the data would, and not at all on the way up."""

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        return super().step(walk, x, t, s) if s < t else Euler.step(self, walk, x, t, s)  # type: ignore[arg-type]


def test_noise_of_another_flow_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow_claims, "RungeKutta4", _Elsewhere)
    assert not inversion_claim(VE()).measure().ok


@pytest.mark.parametrize("kind", [_Elsewhere, _Downwards])
def test_an_inversion_of_another_order_is_found_out(kind: type[Sampler], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow_claims, "samplers", lambda: {"wrong": kind})
    assert failed(order_claims(VPLinear())) == {"order of convergence"}


def test_a_straight_line_is_no_arc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow_claims, "slerp", linear)
    assert failed(slerp_claims()) == {
        "length half-way between two noises over the mean of theirs",
        "share of the angle between two noises after a quarter of the way"}
