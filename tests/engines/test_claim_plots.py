"""The curves that claims are read off: they show what was measured, and where it should be."""

from __future__ import annotations

import math

import pytest
import torch

from engines.chart import Role
from engines.checks.chain_claims import kernel_claims
from engines.checks.claim import Claim, Statement
from engines.checks.expectation_claims import bound_claims
from engines.checks.likelihood_claims import truth_claim
from engines.checks.measures import kolmogorov_smirnov
from engines.checks.path_claims import density_claims, rate_claims
from engines.checks.plots import falling, laws
from engines.process.chain import Chain, linear_betas
from engines.process.vp_linear import VPLinear
from engines.representation.em import EM


@pytest.mark.parametrize(("power", "holds"), [(2, True), (1, False), (3, False)])
def test_an_order_is_that_of_the_curve(power: int, holds: bool) -> None:
    """Errors of order 2 lie on the line of what is claimed; others meet it at the last of them alone."""
    claim = falling("order", "sampler", lambda n: 5.0 / n**power, (4, 8, 16), 2, 0.25).measure()
    assert claim.measured == pytest.approx(power)
    assert claim.ok is holds
    assert claim.plot is not None
    assert claim.plot.x.log
    assert claim.plot.y.log
    found, wanted = claim.plot.series
    assert found.x == wanted.x == (4, 8, 16)
    assert found.y == pytest.approx([5 / 4**power, 5 / 8**power, 5 / 16**power])
    assert wanted.y[-1] == found.y[-1]
    assert (wanted.y == pytest.approx(found.y)) is holds


def test_no_error_at_all_has_no_order() -> None:
    assert math.isnan(falling("order", "sampler", lambda n: 0.0, (4, 8), 2, 0.25).measure().measured)


def test_laws_are_seen_from_where_they_differ() -> None:
    """Samples that differ along one direction alone are drawn along it, as far apart as the claim says."""
    a = torch.randn(4000, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    b = a * torch.tensor([1.0, 2.0], dtype=torch.float64)
    chart = laws(a, b, ("a", "b"))
    assert "90°" in chart.x.label
    found, wanted = chart.series
    assert (found.role, wanted.role) == (Role.MEASURED, Role.EXACT)
    drawn = max(abs(one - other) for one, other in zip(found.y, wanted.y, strict=True))
    assert drawn == pytest.approx(kolmogorov_smirnov(a, b), abs=0.02)
    assert drawn > 0.1
    assert found.y[-1] == wanted.y[-1] == 1


PLOTTED: list[tuple[Statement, float]] = [
    *((each, 1e-8) for each in density_claims(VPLinear())),
    *((each, 1e-8) for each in rate_claims(VPLinear()) if "rate" in each.name),
    *((each, 1e-9) for each in kernel_claims("Ho", Chain.of_betas(linear_betas())) if "composed" in each.name),
    (truth_claim(VPLinear()), 1e-3),
]


@pytest.mark.parametrize(("statement", "far"), PLOTTED, ids=lambda value: getattr(value, "name", ""))
def test_both_sides_of_an_equality_are_drawn(statement: Statement, far: float) -> None:
    """Where a claim holds both curves are one."""
    claim: Claim = statement.measure()
    assert claim.ok
    assert claim.plot is not None
    found, wanted = claim.plot.series
    assert (found.role, wanted.role) == (Role.MEASURED, Role.EXACT)
    assert len(found.x) > 20
    assert list(found.x) == sorted(found.x)
    size = max(map(abs, wanted.y))
    assert found.y == pytest.approx(wanted.y, abs=far * max(size, 1), rel=far)


def test_a_fit_is_drawn_by_half_steps() -> None:
    """The bound meets the log-likelihood after each E step and neither ever falls."""
    claim = next(bound_claims(EM(iterations=5))).measure()
    assert claim.plot is not None
    likelihood, bound = claim.plot.series
    assert bound.role is Role.BOUND
    assert list(likelihood.y) == sorted(likelihood.y)
    assert all(low <= high + 1e-9 for low, high in zip(bound.y, likelihood.y, strict=True))
