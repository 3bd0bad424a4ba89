"""The posterior laboratory: its figures are right on samples whose errors are known, and it ranks the exact first."""

from __future__ import annotations

import math

import pytest
import torch

from engines.chart import Chart
from engines.checks.oracle_claims import blobs
from engines.component import build
from engines.data.points.base import PointSet, point_sets
from engines.errors import BadOption
from engines.events import Charted, Noted, Progressed
from engines.inverse.base import methods
from engines.metrics.posterior import LEVELS, against, averaged
from engines.mixture import gaussian
from engines.studies.base import Study, studies
from engines.studies.laboratory_charts import BEST, BY_CHANCE, BY_STEPS, RANKING, SECONDS
from engines.studies.laboratory_prior import Direction, PlanePrior, density, ellipses
from engines.studies.posterior_laboratory import PosteriorLaboratory, rival_names, rivals

COUNT = 20_000


def test_exact_samples_have_no_error_but_chance() -> None:
    found = against(blobs().sample(COUNT, 3), blobs())
    assert found.bias < 5 / math.sqrt(COUNT)
    assert found.spread == pytest.approx(1, abs=5 / math.sqrt(COUNT))
    assert found.covariance < 0.05
    assert found.weights < 5 * 0.5 / math.sqrt(COUNT)
    assert found.energy < 0.002
    # the edges of regions are quantiles of 4,000 exact samples
    assert found.miscalibration < 5 * 0.5 / math.sqrt(4000)


def test_a_shift_is_a_bias_of_its_length_in_standard_deviations() -> None:
    exact = gaussian(torch.zeros(2), torch.eye(2))
    found = against(exact.sample(COUNT, 1) + torch.tensor([0.6, 0.8]), exact)
    assert found.bias == pytest.approx(1 / math.sqrt(2), abs=0.02), "the square root of the trace is that of 2"
    assert found.spread == pytest.approx(1, abs=0.03)
    assert max(found.coverage[k] - LEVELS[k] for k in range(len(LEVELS))) < 0, "they stray from where it is densest"


def test_samples_twice_as_wide_are_told_by_spread_covariance_and_coverage() -> None:
    exact = gaussian(torch.zeros(2), torch.eye(2))
    found = against(2 * exact.sample(COUNT, 1), exact)
    assert found.spread == pytest.approx(2, abs=0.05)
    assert found.covariance == pytest.approx(3, abs=0.15), "‖4I − I‖ over ‖I‖"
    # |x|² of the plane is exponential: the region of level p ends at −2 log(1 − p), and wide samples are there with
    # 1 − (1 − p)^(1/4)
    assert found.coverage == pytest.approx([1 - (1 - level) ** 0.25 for level in LEVELS], abs=0.02)


def test_figures_of_several_measurements_are_their_mean() -> None:
    exact = gaussian(torch.zeros(2), torch.eye(2))
    near, far = against(exact.sample(500, 1), exact), against(exact.sample(500, 1) + 1, exact)
    both = averaged([near, far])
    assert both.bias == pytest.approx((near.bias + far.bias) / 2)
    assert both.coverage[3] == pytest.approx((near.coverage[3] + far.coverage[3]) / 2)


def test_a_direction_is_an_operator_of_one_number() -> None:
    along = torch.tensor([0.6, 0.8], dtype=torch.float64)
    operator, x = Direction(along), torch.randn(5, 2, dtype=torch.float64)
    y = torch.randn(5, 1, dtype=torch.float64)
    torch.testing.assert_close(operator.dense(), along[None])
    torch.testing.assert_close((operator.forward(x) * y).sum(), (x * operator.adjoint(y)).sum())
    torch.testing.assert_close(operator.solve(y, 0.5), y / 1.5)
    torch.testing.assert_close(operator.forward(operator.pinv(y)), y)


def charted(lab: PosteriorLaboratory) -> tuple[dict[str, Chart], list[str]]:
    """The last chart of each title, and what was said of those left out."""
    charts, notes = dict[str, Chart](), list[str]()
    for told in lab.run(7):
        if isinstance(told, Charted):
            charts[told.chart.title] = told.chart
        elif isinstance(told, Noted):
            notes.append(told.sentence)
        else:
            assert isinstance(told, Progressed)
            assert told.done <= told.total
    return charts, notes


def test_the_particle_sampler_is_first_and_who_cannot_take_part_is_told() -> None:
    """TDS is exact with many particles, and the published step of DPS is far too long in the plane."""
    lab = PosteriorLaboratory(wanted="dps, tds, dps-automatic, repaint", steps=40, draws=2, count=250)
    charts, notes = charted(lab)
    assert list(charts)[:7] == [RANKING, "Calibration", "Distance to the posterior", "Bias", "Spread",
                                "Error of the covariance", "Error of the modes"]
    assert {f"Samples of {name}" for name in ("DPS", "TDS", "DPS, automatic step")} | {BEST} == set(list(charts)[7:])
    ranking = charts["Distance to the posterior"]
    assert [one.name for one in ranking.series] == ["1. TDS", "2. DPS, automatic step", "3. DPS", BY_CHANCE]
    first, second, third = (one.y[0] for one in ranking.series[:3])
    assert first < 0.05
    assert second < third / 2
    assert notes == ["RePaint was left out: RePaint pastes known pixels, and a direction is none; it is for masks."]
    assert charts["Calibration"].series[-1].x == charts["Calibration"].series[-1].y == LEVELS


def test_the_table_has_every_figure_of_every_method_in_the_order_of_the_first() -> None:
    charts, _ = charted(PosteriorLaboratory(wanted="dps, tds", steps=20, draws=1, count=100))
    table = charts[RANKING].table
    assert table is not None
    assert [one.name for one in table.entries] == ["1. TDS", "2. DPS", BY_CHANCE, BY_STEPS]
    assert table.entries[0].values[0] < table.entries[1].values[0]
    heads = [head.title for head in table.heads]
    assert heads[-2:] == ["Calls", SECONDS]
    assert [one.values[-2] for one in table.entries[1:]] == [20, pytest.approx(math.nan, nan_ok=True), 20]
    assert charts["Distance to the posterior"].series[0].y[0] == table.entries[0].values[0]
    assert f"That of TDS is {table.entries[0].values[0] / table.entries[1].values[0]:.2f} of that of DPS." in \
        charts[RANKING].remark
    assert [chart.title for chart in charts.values() if chart.front] == [RANKING, "Calibration", BEST]


def test_samples_lie_over_the_exact_density_within_ellipses_of_its_components() -> None:
    exact = blobs()
    shade, outline = density(exact, (-3.0, 3.0), (-2.0, 2.0)), ellipses(exact)
    cell = 6 / len(shade.values[0]) * 4 / len(shade.values)
    assert sum(map(sum, shade.values)) * cell == pytest.approx(1, abs=0.01), "nearly all of it is within"
    corners = torch.tensor([outline.x, outline.y], dtype=torch.float64).T
    parts = [part for part in corners[corners.isfinite().all(1)].reshape(4, -1, 2)]
    for part, (component, width) in zip(parts, ((0, 1), (0, 2), (1, 1), (1, 2)), strict=True):
        off = part - exact.means[component]
        away = (off @ exact.covariances[component].inverse() * off).sum(1).sqrt()
        torch.testing.assert_close(away, torch.full_like(away, width))


def test_a_study_of_before_there_were_other_priors_is_that_of_the_plane() -> None:
    before = build(Study, {"name": "posterior", "data": {"name": "ring"}, "angle": 90.0, "draws": 2}, studies)
    assert isinstance(before, PosteriorLaboratory)
    assert before.prior == PlanePrior(data=build(PointSet, "ring", point_sets), angle=90.0)
    assert before.draws == 2


def test_every_method_is_a_rival_and_names_are_checked() -> None:
    assert set(methods()) < set(rivals())
    assert rival_names("all") == rival_names("") == rival_names("dps, all") == tuple(rivals())
    assert rival_names("dps, dps,tds") == ("dps", "tds")
    with pytest.raises(BadOption, match="Method “dpz” is not known; choose “all” or from ddnm"):
        PosteriorLaboratory(wanted="dpz")


def test_data_on_a_line_leave_nothing_to_find() -> None:
    name = next(name for name, kind in point_sets().items() if kind().dimension == 1 and kind().oracle() is not None)
    lab = PosteriorLaboratory(prior=PlanePrior(data=build(PointSet, name, point_sets)))
    with pytest.raises(BadOption, match="lies on a line"):
        next(iter(lab.run(0)))


def test_the_exact_posterior_is_that_of_the_mixture() -> None:
    lab = PosteriorLaboratory()
    data = lab.prior.mixture()
    for problem in lab.prior.problems(3, lab.noise, 5):
        again = data.posterior(problem.measurement.linear.dense(), problem.measurement.y[0], lab.noise)
        torch.testing.assert_close(problem.exact.mean(), again.mean())
        assert problem.measurement.noise == lab.noise
