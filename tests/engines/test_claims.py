"""Every claim of the oracle holds; `check` prints the same ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import pytest

from engines.checks import paper_claims, path_claims, sampler_claims
from engines.checks.claim import Claim
from engines.checks.oracle_claims import (
    dps_claims,
    gaussian_claims,
    identity_claims,
    mixture_claims,
    operator_claims,
    order_claim,
    repaint_claims,
)
from engines.checks.posterior_claims import dps_posterior, repaint_posterior
from engines.checks.registry import groups
from engines.errors import BadInput

GROUPS = {"gaussian": gaussian_claims, "mixture": mixture_claims, "order": lambda: [order_claim()],
          "operator": operator_claims, "repaint": repaint_claims, "dps": dps_claims, "identity": identity_claims,
          "repaint posterior": repaint_posterior, "dps posterior": dps_posterior,
          "papers": paper_claims.claims, "paths": path_claims.claims,
          "samplers": sampler_claims.claims}


@pytest.mark.parametrize("group", GROUPS.values(), ids=list(GROUPS))
def test_every_claim_holds(group: Callable[[], Iterable[Claim]]) -> None:
    measured = list(group())
    assert measured
    assert not [str(claim) for claim in measured if not claim.ok]
    # whoever asks for the kind of a claim, or for one by name, must not be told that there is none
    assert all(groups(word) for claim in measured for word in (claim.kind, claim.name))


def test_a_word_chooses_the_groups_that_may_hold_it() -> None:
    """The name of a group that one alone, a topic or a phrase with one those it is in; any other is refused."""
    assert [group.name for group in groups("posterior")] == ["posterior"]
    assert [group.name for group in groups("Mean of a mixture")] == ["oracle"]
    assert [group.name for group in groups("ddim")] == [group.name for group in groups()]
    with pytest.raises(BadInput, match="“nosuch”; choose one of adjoint, .*, oracle, "):
        groups("nosuch")


def test_a_claim_fails_when_off_or_not_finite() -> None:
    assert Claim("a", "b", 1.0, 1.1, 0.2).ok
    assert not Claim("a", "b", 1.0, 1.5, 0.2).ok
    assert not Claim("a", "b", math.nan, 1.0, 9).ok
    assert "FAILED" in str(Claim("a", "b", 1.0, 1.5, 0.2))
