"""Each claim of agreement with diffusers fails where a sampler of ours is another, and is not made without it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from torch import Tensor

from engines.checks import diffusers_claims
from engines.checks.claim import Statement, measured, stated
from engines.checks.diffusers_claims import Pair, agreement_claims, claims, pairs
from engines.checks.registry import Group, fitting, groups, verified
from engines.errors import BadInput
from engines.samplers import plms
from engines.samplers.base import Sampler
from engines.samplers.ddim import DDIM
from engines.samplers.ddpm import DDPM, Variance
from engines.samplers.dpmpp import DPMSolverPP
from engines.samplers.euler import Euler
from engines.samplers.heun import Heun
from engines.samplers.plms import PLMS
from engines.samplers.split import Split
from engines.samplers.walk import Walk


class _Leaning(Heun):
    """Its two slopes are not weighed alike."""

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        here = walk.read(x, t).eps
        there = walk.carry(x, t, s, here)
        return walk.carry(x, t, s, 0.49 * here + 0.51 * walk.read(there, s).eps) if s > 0 else there


class _Begun(PLMS):
    """Begins with Euler's step, as a run without a past does."""

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        return super().step(walk, x, t, s) if walk.past else walk.carry(x, t, s, walk.read(x, t).eps)


class _Halved(DPMSolverPP):
    """Carries the estimate on by a quarter of its change, and not by half of it."""

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        fine, walk.past, kept = super().step(walk, x, t, s), [], walk.past
        coarse = super().step(walk, x, t, s)
        walk.past = kept
        return 0.5 * (fine + coarse)


class _Long(Euler):
    """Goes a thousandth too far."""

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        return x + 1.001 * (super().step(walk, x, t, s) - x)


PLANTED: dict[str, Sampler] = {
    "ddpm": DDPM(variance=Variance.BETA), "ddpm (beta)": DDPM(), "ddim (eta 0)": DDIM(eta=0.01),
    "ddim (eta 1)": DDIM(eta=0.99), "dpm-1": DDIM(eta=0.01), "dpm++2m": _Halved(),
    "dpm++2m (fresh noise)": DPMSolverPP(), "plms": _Begun(), "euler": _Long(), "heun": _Leaning()}


def test_our_samplers_and_those_of_diffusers_agree() -> None:
    """On equal weights, to 1e-4 of the samples' size, with as many calls of the network."""
    found = list(measured(claims()))
    assert [claim.name.partition(":")[0] for claim in found] == list(PLANTED)
    assert not [str(claim) for claim in found if not claim.ok]
    for claim in found:
        ours, theirs = (figure.value for figure in claim.figures)
        assert ours == theirs, claim.name
    assert all(groups(word) for claim in found for word in (claim.kind, claim.name))


@pytest.mark.parametrize("pair", pairs(), ids=[pair.title for pair in pairs()])
def test_a_sampler_that_is_another_does_not_agree(pair: Pair) -> None:
    (claim,) = measured(agreement_claims([replace(pair, ours=PLANTED[pair.title])]))
    assert claim.measured > 2 * claim.tolerance


def test_a_wrong_weight_of_the_past_does_not_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fourth weight of Adams and Bashforth is off by a hundredth, and the third makes up for it."""
    *lower, (a, b, c, d) = plms.WEIGHTS
    monkeypatch.setattr(plms, "WEIGHTS", (*lower, (a, b, c + 0.01, d - 0.01)))
    (claim,) = measured(agreement_claims([pair for pair in pairs() if pair.title == "plms"]))
    assert not claim.ok


def test_without_diffusers_nothing_is_claimed_and_it_is_said_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diffusers_claims.importlib.util, "find_spec", lambda _name: None)
    word = next(iter(claims())).name
    for group in (*groups("diffusers"), *groups(word)):
        assert not list(fitting(group))
        assert "not installed" in group.absent
        with pytest.raises(BadInput, match="diffusers is not installed"):
            list(verified([group]))


def test_a_group_that_is_absent_is_left_out_among_others() -> None:
    def held() -> Iterable[Statement]:
        yield stated("one", "sum", lambda: 1, 1, 0)

    begun = list[str]()
    chosen = [Group("away", "Away", held, absent="Away is not here."), Group("sums", "Sums", held)]
    assert [claim.name for claim in verified(chosen, begin=lambda group: begun.append(group.name))] == ["one"]
    assert begun == ["away", "sums"], "of one that cannot be measured is told as well"
