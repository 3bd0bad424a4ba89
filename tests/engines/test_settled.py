"""Formulas that notes print differently: every verdict holds, and none would with the prints swapped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engines.chart import Role
from engines.checks.claim import Claim
from engines.checks.registry import groups
from engines.checks.settled.exact import at
from engines.checks.settled.question import Question
from engines.checks.settled.second_order import even
from engines.checks.settled_claims import questions
from engines.checks.written import claim_of, document
from engines.process.vp_linear import VPLinear

QUESTIONS = questions()
MARGIN = 3  # a wrong print that were off by hardly more than the bound would prove little


@pytest.fixture(scope="module")
def measured() -> dict[str, Claim]:
    """Every claim, measured once."""
    return {name: question.claim() for name, question in QUESTIONS.items()}


def swapped(question: Question, place: int) -> Question:
    """A planted error: the question with a wrong print put forward as the right one, and the other way round."""
    taken = question.printed[place]
    rest = [replace(each, right=False) for each in question.printed if each is not taken]
    return replace(question, printed=(replace(taken, right=True), *rest))


def test_what_is_asked_of_lecture_notes_is_settled() -> None:
    assert set(QUESTIONS) >= {"langevin_noise", "forward_noise", "ode_sign", "reverse_drift", "likelihood_sign",
                              "second_order", "guidance_scale", "gaussian_density"}
    assert all(question.printed[0].right and not all(each.right for each in question.printed)
               for question in QUESTIONS.values())


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_right_print_holds_and_the_wrong_ones_are_far_off(name: str, measured: dict[str, Claim]) -> None:
    claim = measured[name]
    assert claim.ok, claim
    for variant in claim.variants:
        off = abs(variant.measured - claim.expected)
        assert variant.right or not off < MARGIN * claim.tolerance, variant
        assert not variant.right or off < claim.tolerance


@pytest.mark.parametrize(("name", "place"), [(name, place) for name, question in QUESTIONS.items()
                                             for place, each in enumerate(question.printed) if not each.right])
def test_a_wrong_print_put_in_the_place_of_the_right_one_is_found_out(name: str, place: int) -> None:
    assert not swapped(QUESTIONS[name], place).claim().ok


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_verdict_has_all_that_is_shown_of_it(name: str, measured: dict[str, Claim]) -> None:
    """A sentence with both figures, two formulas at least, and a curve for each and for theory."""
    claim = measured[name]
    assert claim.sentence.endswith(".")
    assert "{" not in claim.sentence
    assert len({variant.formula for variant in claim.variants}) == len(claim.variants) >= 2
    assert claim.plot is not None
    roles = {series.role for series in claim.plot.series}
    assert {Role.MEASURED, Role.WRONG} <= roles
    assert all(len(series.x) == len(series.y) > 1 for series in claim.plot.series)
    assert claim_of(document(claim)) == claim


def test_the_group_is_found_by_its_name_and_by_what_its_claims_are_about(measured: dict[str, Claim]) -> None:
    assert [group.name for group in groups("settled")] == ["settled"]
    for claim in measured.values():
        assert any(group.name == "settled" for group in groups(claim.name)), claim.name
    assert any(group.name == "settled" for group in groups("formula"))


def test_the_solver_of_second_order_ends_where_the_exact_flow_does() -> None:
    """To the precision of all else that it is held against: of float32 its levels would end a ten-millionth away."""
    times = even(VPLinear(), at(0.999), at(0.02), 7)
    assert float(times[0]) == pytest.approx(0.999, rel=1e-12)
    assert float(times[-1]) == pytest.approx(0.02, rel=1e-12)
