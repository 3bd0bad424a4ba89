"""The posterior laboratory: its figures are right on samples whose errors are known, and it ranks the exact first."""

from __future__ import annotations

import math

import pytest
import torch

from engines.chart import Chart
from engines.checks.oracle_claims import blobs
from engines.component import as_recorded, build
from engines.data.points.base import PointSet, point_sets
from engines.errors import BadOption
from engines.events import Charted, Progressed
from engines.inverse.base import methods
from engines.inverse.pigdm import Covariance, PiGDM
from engines.metrics import posterior
from engines.metrics.posterior import EDGES_BY, LEVELS, PosteriorFigures, Yardstick, against, averaged
from engines.mixture import gaussian
from engines.process.times import Uniform
from engines.recipe import Recipe
from engines.studies import posterior_laboratory
from engines.studies.base import Study, studies
from engines.studies.laboratory_charts import (
    BY_CHANCE,
    BY_STEPS,
    EXACT,
    METHODS,
    RANKING,
    SECONDS,
    binomial_errors,
    weights,
)
from engines.studies.laboratory_prior import Direction, PlanePrior, density, ellipses, moments
from engines.studies.posterior_laboratory import Bench, PosteriorLaboratory, Rival, rival_names, rivals
from engines.tasks.base import options_of
from engines.tasks.study import StudyOptions

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


def charted(lab: PosteriorLaboratory) -> dict[str, Chart]:
    """The last chart of each title."""
    charts = dict[str, Chart]()
    for told in lab.run(7):
        if isinstance(told, Charted):
            charts[told.chart.title] = told.chart
        else:
            assert isinstance(told, Progressed)
            assert told.done <= told.total
    return charts


def test_the_particle_sampler_is_first_and_who_cannot_take_part_is_told() -> None:
    """TDS is exact with many particles, and the published step of DPS is far too long in the plane."""
    lab = PosteriorLaboratory(wanted="dps, tds, dps-automatic, repaint", steps=40, draws=2, count=250)
    charts = charted(lab)
    assert list(charts)[:7] == [RANKING, "Calibration", "Distance to the posterior", "Bias", "Spread",
                                "Error of the covariance", "Error of the modes"]
    names = ("DPS", "TDS", "DPS, automatic step")
    assert {f"{what} {name}" for name in names for what in ("Samples of", "Coverage of", "Weights of modes by")} \
        == set(list(charts)[7:])
    distance = charts["Distance to the posterior"]
    assert distance.x.names == ("TDS", "DPS, automatic step", "DPS")
    assert [one.name for one in distance.series] == [METHODS, BY_CHANCE]
    first, second, third = distance.series[0].y
    assert first < 0.05
    assert second < third / 2
    assert charts["Calibration"].series[-1].x == charts["Calibration"].series[-1].y == LEVELS
    table = charts[RANKING].table
    assert table is not None
    last = table.entries[-1]
    assert last.name == "RePaint"
    assert last.why == "RePaint pastes known pixels, and a direction is none; it is for masks."
    assert not any(math.isfinite(value) for value in last.values)
    assert table.csv().splitlines()[-1].endswith('"RePaint pastes known pixels, and a direction is none; it is for '
                                                 'masks."')


def test_where_no_method_can_be_used_the_table_says_why() -> None:
    charts = charted(PosteriorLaboratory(wanted="repaint, naive", steps=5, draws=1, count=50))
    assert list(charts) == [RANKING]
    table = charts[RANKING].table
    assert table is not None
    assert [bool(one.why) for one in table.entries] == [False, False, True, True]


def test_charts_of_a_row_are_shown_when_it_is_chosen() -> None:
    charts = charted(PosteriorLaboratory(wanted="tikhonov, dps", steps=5, draws=2, count=60))
    table = charts[RANKING].table
    assert table is not None
    assert {chart.row for chart in charts.values()} == {"", "DPS", "Tikhonov"}
    of = [chart for chart in charts.values() if chart.row == "DPS"]
    assert [chart.title for chart in of] == ["Samples of DPS", "Coverage of DPS", "Weights of modes by DPS"]
    assert all(chart.front for chart in of)
    measured, _, exact = of[1].series
    figure = dict(zip((head.title for head in table.heads), next(
        one.values for one in table.entries if one.name == "DPS"), strict=True))["Coverage gap"]
    assert max(abs(y - level) for y, level in zip(measured.y, LEVELS, strict=True)) == pytest.approx(figure)
    assert exact.error[9] == pytest.approx(math.sqrt(0.25 * (1 / 120 + 1 / 8000)))


def test_the_band_of_the_coverage_is_what_exact_samples_scatter_by() -> None:
    """The edges are those of one yardstick: their part of the error is one in 40 here."""
    exact, runs, count, shares = blobs(), 200, 100, list[list[float]]()
    yard = Yardstick(exact)
    for k in range(runs):
        found = yard.coverage(exact.sample(count, 50_000 + k * count))
        shares.append([found[4], found[9], found[18]])
    spread = torch.tensor(shares, dtype=torch.float64).std(0)
    wanted = binomial_errors((LEVELS[4], LEVELS[9], LEVELS[18]), count, 1)
    for measured, error in zip(spread.tolist(), wanted, strict=True):
        assert measured == pytest.approx(error, rel=4 / math.sqrt(2 * runs))


class Nowhere:
    """In place of the distance to a set, which takes long and is not looked at."""

    def __init__(self, y: torch.Tensor) -> None:
        del y

    def distance(self, x: torch.Tensor) -> float:
        del x
        return 0.0


def test_of_four_measurements_the_band_is_what_their_mean_scatters_by(monkeypatch: pytest.MonkeyPatch) -> None:
    """Edges of regions and exact samples alike err by chance of their own for each measurement.

    One problem again and again, so that nothing else can differ between measurements.
    """
    found, runs, count, draws = list[PosteriorFigures](), 150, EDGES_BY, 4
    monkeypatch.setattr(posterior, "EnergyTo", Nowhere)
    monkeypatch.setattr(posterior_laboratory, "averaged", found.extend)
    lab = PosteriorLaboratory(count=count)
    _ = Bench(lab, lab.prior.problems(1, lab.noise, 0) * (runs * draws), 50_000).chance
    means = [averaged(found[k:k + draws]).coverage for k in range(0, len(found), draws)]
    spread = torch.tensor(means, dtype=torch.float64).std(0)
    assert len(means) == runs
    wanted = binomial_errors(LEVELS, draws * count, draws)
    for k in (4, 9, 18):
        assert float(spread[k]) == pytest.approx(wanted[k], rel=4 / math.sqrt(2 * runs))


def test_weights_beyond_the_heaviest_are_one() -> None:
    exact = [k / 120 for k in range(16)]
    chart = weights("t", exact, exact[::-1], 100)
    assert chart.x.names == (*(f"Component {k + 1}" for k in range(4, 16)), "All others")
    found, true = chart.series
    assert sum(true.y) == pytest.approx(1)
    assert sum(found.y) == pytest.approx(1)
    assert true.name == EXACT
    assert true.error[11] == pytest.approx(math.sqrt(15 / 120 * 105 / 120 / 100))


def test_moments_in_the_plane_are_those_of_the_samples() -> None:
    """The ellipse is where (x − m)ᵀ C⁻¹ (x − m) = 1, about the middle of the cross."""
    x = blobs().sample(400, 3)
    series = moments(x)
    corners = torch.tensor([series.x, series.y], dtype=torch.float64).T
    across, ellipse = corners[:2], corners[6:]
    torch.testing.assert_close(across.mean(0), x.double().mean(0))
    off = ellipse - x.double().mean(0)
    away = (off @ torch.linalg.inv(x.double().T.cov()) * off).sum(1)
    torch.testing.assert_close(away, torch.ones_like(away))


def test_the_table_has_every_figure_of_every_method_in_the_order_of_the_first() -> None:
    charts = charted(PosteriorLaboratory(wanted="dps, tds", steps=20, draws=1, count=100))
    table = charts[RANKING].table
    assert table is not None
    assert [one.name for one in table.entries] == ["TDS", "DPS", BY_CHANCE, BY_STEPS]
    assert table.entries[0].values[0] < table.entries[1].values[0]
    heads = [head.title for head in table.heads]
    assert heads[-2:] == ["Calls", SECONDS]
    assert [one.values[-2] for one in table.entries[1:]] == [20, pytest.approx(math.nan, nan_ok=True), 20]
    assert charts["Distance to the posterior"].series[0].y[0] == table.entries[0].values[0]
    assert charts[RANKING].remark.startswith(
        f"TDS has {table.entries[0].values[0] / table.entries[1].values[0]:.2f} of the distance of DPS.")
    assert [chart.title for chart in charts.values() if chart.front and not chart.row] == [RANKING]


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
    assert before.spacing == Uniform()


def test_a_study_of_before_steps_had_a_spacing_is_walked_in_even_ones() -> None:
    now = PosteriorLaboratory().model_dump(mode="json")
    assert now["spacing"] == {"name": "quadratic"}
    recorded = {name: value for name, value in now.items() if name != "spacing"}
    run = options_of(Recipe("study", {"study": recorded}, backend={"device": "cpu"}))
    by_hand = options_of(Recipe("study", {"study": {"name": "posterior"}}))
    assert isinstance(run, StudyOptions)
    assert isinstance(by_hand, StudyOptions)
    assert run.study == PosteriorLaboratory(spacing=Uniform())
    assert by_hand.study == PosteriorLaboratory()
    kept = as_recorded(StudyOptions, {"study": recorded}, saved=True)
    assert kept["study"]["spacing"] == {"name": "uniform"}, "of a preset or a session, too"


def test_every_method_is_a_rival_and_names_are_checked() -> None:
    assert set(methods()) < set(rivals())
    assert rivals()["pigdm-constant"] == Rival("ΠGDM, as published", PiGDM(covariance=Covariance.CONSTANT))
    assert rivals()["pigdm"].method != rivals()["pigdm-constant"].method
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
