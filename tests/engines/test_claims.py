"""Every claim of the oracle holds; `check` prints the same ones."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

import pytest

from engines.chart import Axis, Chart, Series
from engines.checks import paper_claims, path_claims, sampler_claims
from engines.checks.claim import Claim, Figure, Statement, Variant, measured, stated
from engines.checks.oracle_claims import (
    dps_claims,
    gaussian_claims,
    identity_claims,
    mixture_claims,
    operator_claims,
    repaint_claims,
)
from engines.checks.posterior_claims import dps_posterior, repaint_posterior
from engines.checks.registry import Group, fitting, groups, named, verified
from engines.checks.written import claim_of, document
from engines.errors import BadInput

GROUPS = {"gaussian": gaussian_claims, "mixture": mixture_claims, "operator": operator_claims,
          "repaint": repaint_claims, "dps": dps_claims, "identity": identity_claims,
          "repaint posterior": repaint_posterior, "dps posterior": dps_posterior,
          "papers": paper_claims.claims, "paths": path_claims.claims,
          "samplers": sampler_claims.claims}


@pytest.mark.parametrize("group", GROUPS.values(), ids=list(GROUPS))
def test_every_claim_holds(group: Callable[[], Iterable[Statement]]) -> None:
    found = list(measured(group()))
    assert found
    assert not [str(claim) for claim in found if not claim.ok]
    # whoever asks for the kind of a claim, or for one by name, must not be told that there is none
    assert all(groups(word) for claim in found for word in (claim.kind, claim.name))


def test_a_word_chooses_the_groups_that_hold_it() -> None:
    """The name of a group that one alone, words of a claim those that have such; any others are refused."""
    assert [group.name for group in groups("posterior")] == ["posterior"]
    assert [group.name for group in groups("Mean of a mixture")] == ["oracle"]
    about = {group.name for group in groups("DDIM")}
    assert {"oracle", "sampler"} <= about < {group.name for group in groups()}
    assert all(any("ddim" in each.name.lower() for each in group.claims()) for group in groups("ddim"))
    names = ", ".join(sorted(group.name for group in groups()))
    with pytest.raises(BadInput, match=f"“nosuch”; choose one of the groups {names}, a sampler, method or path by "
                                       "name, or a word of a claim, as a check of all lists them.$"):
        groups("nosuch")


def test_a_claim_fails_when_off_or_not_finite() -> None:
    assert Claim("a", "b", 1.0, 1.1, 0.2).ok
    assert not Claim("a", "b", 1.0, 1.5, 0.2).ok
    assert not Claim("a", "b", math.nan, 1.0, 9).ok
    assert "FAILED" in str(Claim("a", "b", 1.0, 1.5, 0.2))


def test_a_claim_about_printed_formulas_fails_when_a_wrong_one_holds_too_or_a_right_one_does_not() -> None:
    right, wrong = Variant("as it is", "x", 1.0, True), Variant("misprinted", "2x", 2.0, False)
    claim = Claim("a", "formula", 1.0, 1.0, 0.2, variants=(right, wrong))
    assert claim.ok
    assert not replace(claim, variants=(right, replace(wrong, measured=1.1))).ok
    assert not replace(claim, variants=(replace(right, measured=2.0), wrong)).ok
    assert replace(claim, variants=(right, replace(wrong, measured=math.nan))).ok, "what diverges does not hold"


def test_a_claim_is_read_back_from_its_document_with_what_was_not_finite() -> None:
    plot = Chart("Error by steps", Axis("Steps", log=True), Axis("Error", log=True),
                 (Series("order 2", (1.0, 2.0), (0.5, 0.1)),))
    claim = Claim("a", "b", 1.0, 1.0, 0.2, "It holds.", (Figure("error", 0.1),), (Variant("x", "x", 1.0, True),), plot)
    for each in (claim, replace(claim, plot=None, figures=())):
        assert claim_of(json.loads(json.dumps(document(each)))) == each
    lost = claim_of({**document(claim), "measured": None})
    assert math.isnan(lost.measured)
    with pytest.raises(BadInput, match="run the check again"):
        claim_of({"name": "a"})


def test_claims_of_a_group_are_measured_as_they_are_asked_for() -> None:
    """Closing the generator leaves the rest unmeasured; so does asking for others."""
    begun = list[str]()

    def count(name: str) -> float:
        begun.append(name)
        return 1.0

    def claims() -> Iterator[Statement]:
        for name in ("one", "two", "three"):
            yield stated(name, "sum", partial(count, name), 1, 0)

    assert [each.name for each in fitting(Group("sums", "Sums", claims))] == ["one", "two", "three"]
    assert not begun, "all have their names before any is measured"
    run = verified([Group("sums", "Sums", claims)], "t")
    assert next(run).name == "two"
    run.close()
    assert begun == ["two"], "what is left out is not measured on the way either"


def test_every_claim_has_its_name_before_it_is_measured() -> None:
    """And no other has it: what is listed can be asked for one by one."""
    keys = [f"{group.name}/{each.name}" for group in groups() for each in group.claims()]
    assert len(keys) == len(set(keys)) > 700
    (one,) = named([keys[-1]])
    assert [f"{one.name}/{each.name}" for each in one.claims()] == keys[-1:]


def test_a_statement_knows_what_is_known_beforehand_and_the_rest_once_it_is_measured() -> None:
    one = stated("a", "b", lambda: 1.0, lambda: 1.1, 0.2)
    assert (one.name, one.kind, one.blank.tolerance) == ("a", "b", 0.2)
    assert math.isnan(one.blank.measured)
    assert math.isnan(one.blank.expected)
    assert one.measure() == Claim("a", "b", 1.0, 1.1, 0.2)
