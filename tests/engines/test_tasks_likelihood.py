"""The tasks that measure a prior of points: figures beside the truth, parts, tables, and what cannot be measured."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from engines.analytic import MixtureDenoiser
from engines.component import validated
from engines.data.points.base import point_sets
from engines.denoiser import Denoised, Denoiser
from engines.errors import BadCheckpoint, BadOption, Diverged
from engines.events import Charted, Event, Measured, Noted, Progressed, Saved
from engines.priors import Prior
from engines.process.vp_cosine import VPCosine
from engines.tasks import fresh_points
from engines.tasks.base import task
from engines.tasks.likelihood import excess_remark
from tests.engines.small import context

PATH = VPCosine()


def ran(name: str, options: Mapping[str, Any], folder: Path) -> list[Event]:
    """All events of a task."""
    return list(task(name).run(validated(task(name).Form, dict(options)), context(folder)))


def figures(found: list[Event]) -> Mapping[str, float]:
    """Of the one Measured event, which comes last."""
    assert isinstance(found[-1], Measured)
    return found[-1].values


@pytest.mark.parametrize("path", ["vp-linear", "ve"])
def test_the_exact_denoiser_is_as_likely_as_the_truth(path: str, tmp_path: Path) -> None:
    values = figures(ran("likelihood", {"count": 50, "path": path}, tmp_path))
    assert abs(values["excess"]) < 1e-3
    assert values["nll"] == pytest.approx(values["nll_true"], abs=1e-3)
    assert 0 < values["nll_error"] < 0.5
    assert values["bits_per_dim"] == pytest.approx(values["nll"] / 2 / 0.693147, rel=1e-5)
    assert values["bits_per_dim_true"] == pytest.approx(values["nll_true"] / 2 / 0.693147, rel=1e-5)
    assert set(values) <= set(task("likelihood").figures)


def test_probes_scatter_about_it(tmp_path: Path) -> None:
    options = {"count": 200, "method": {"name": "hutchinson"}, "steps": 60}
    values = figures(ran("likelihood", options, tmp_path))
    assert abs(values["excess"]) < 5 * values["excess_error"]
    assert values["excess_error"] > 1e-3
    assert figures(ran("likelihood", {**options, "seed": 8}, tmp_path))["excess"] != values["excess"]


@pytest.mark.parametrize(("name", "options"), [
    ("likelihood", {"steps": 5, "method": {"name": "hutchinson"}}), ("bound", {"steps": 5})])
def test_parts_change_no_figure_and_progress_reaches_the_end(name: str, options: dict[str, Any], tmp_path: Path,
                                                             monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ran(name, {**options, "count": 7}, tmp_path)
    monkeypatch.setattr(fresh_points, "TOGETHER", 3)
    parts = ran(name, {**options, "count": 7}, tmp_path)
    assert figures(parts) == pytest.approx(dict(figures(whole)))
    done = [event.done for event in parts if isinstance(event, Progressed)]
    assert done == sorted(done)
    assert done[-1] == 15
    assert all(event.total == 15 for event in parts if isinstance(event, Progressed))


@pytest.mark.parametrize(("name", "options"), [
    ("likelihood", {"solver": "heun"}), ("likelihood", {"solver": "rk4"}), ("bound", {})])
def test_what_it_costs_is_known_beforehand(name: str, options: dict[str, Any], tmp_path: Path) -> None:
    chosen = {**options, "steps": 6, "count": 4}
    cost = task(name).cost_of(validated(task(name).Form, chosen), None)
    assert cost is not None
    assert (cost.evaluations, cost.samples) == (figures(ran(name, chosen, tmp_path))["nfe"], 4)


def test_the_bound_is_a_table_of_its_terms(tmp_path: Path) -> None:
    found = ran("bound", {"count": 400, "steps": 30, "variance": "beta"}, tmp_path)
    values = figures(found)
    (saved,) = (event for event in found if isinstance(event, Saved))
    with saved.path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    nats = [float(row["nats"]) for row in rows]
    assert [int(row["n"]) for row in rows] == list(range(31))
    assert sum(nats) == pytest.approx(values["nll"], rel=1e-6)
    assert (nats[0], nats[-1]) == pytest.approx((values["first_term"], values["last_term"]))
    assert sum(nats[1:-1]) == pytest.approx(values["middle_terms"], rel=1e-6)
    assert float(rows[-1]["t"]) == PATH.t_max
    assert sum(float(row["bits_per_dim"]) for row in rows) == pytest.approx(values["bits_per_dim"], rel=1e-6)
    assert all(float(row["error"]) >= 0 for row in rows)
    assert -3 * values["excess_error"] < values["excess"] < 1
    assert set(values) == set(task("bound").figures)


def test_beta_tilde_is_the_worse_variance(tmp_path: Path) -> None:
    """For data of unit variance beta is nearly right, so the bound is nearer to the truth with it."""
    beta, tilde = (figures(ran("bound", {"count": 400, "variance": name}, tmp_path))["excess"]
                   for name in ("beta", "beta-tilde"))
    assert beta < tilde


@pytest.mark.parametrize("name", ["likelihood", "bound"])
def test_what_is_not_known_is_said_with_what_is(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadCheckpoint, match="“nosuch” is no model file"):
        ran(name, {"prior": "nosuch"}, tmp_path)
    for steps in (0, 1_000_000):
        with pytest.raises(BadOption, match="Option steps cannot be"):
            ran(name, {"steps": steps}, tmp_path)


class _Single(Denoiser):
    """As a network is: in single precision, without a density of its own."""

    def __init__(self, factor: float) -> None:
        self.exact, self.factor = MixtureDenoiser(point_sets()["two-blobs"]().mixture(), PATH), factor

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        assert x.dtype is torch.float32
        return Denoised(self.factor * self.exact(x, t, cond))


def _use(prior: Denoiser, monkeypatch: pytest.MonkeyPatch, note: str = "") -> None:
    monkeypatch.setattr(fresh_points, "prior_of", lambda *_: Prior(prior, PATH, 2, note=note))


@pytest.mark.parametrize("name", ["likelihood", "bound"])
def test_a_worse_model_is_less_likely(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = {"count": 100, "steps": 40}
    _use(_Single(1.0), monkeypatch)
    right = figures(ran(name, options, tmp_path))["excess"]
    _use(_Single(0.8), monkeypatch, "It is another.")
    found = ran(name, options, tmp_path)
    assert figures(found)["excess"] > right + 0.1
    assert [event.sentence for event in found if isinstance(event, Noted)] == ["It is another."]


def test_without_a_truth_there_is_none_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _use(_Single(1.0), monkeypatch)
    monkeypatch.setattr(point_sets()["two-blobs"], "log_density", lambda self, x: None)
    values = figures(ran("likelihood", {"count": 5, "steps": 10}, tmp_path))
    assert set(values) == {"nll", "nll_error", "bits_per_dim", "nfe"}


def test_what_is_not_finite_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _use(_Single(float("nan")), monkeypatch)
    with pytest.raises(Diverged, match="−log p of 5 points is not finite; take more steps"):
        ran("likelihood", {"count": 5, "steps": 4}, tmp_path)


def test_the_bound_is_charted_beside_the_truth(tmp_path: Path) -> None:
    found = ran("bound", {"count": 50, "steps": 12}, tmp_path)
    each, added = (event.chart for event in found if isinstance(event, Charted))
    assert len(each.series[0].x) == 12
    assert all(y > 0 for y in each.series[0].y)
    bound, whole, exact = added.series
    assert bound.y[0] == pytest.approx(figures(found)["nll"])
    assert bound.y[-1] == pytest.approx(figures(found)["last_term"])
    assert set(exact.y) == {figures(found)["nll_true"]}
    assert (whole.x, whole.y, whole.beside) == ((0.0,), bound.y[:1], bound.name)
    assert whole.error == (pytest.approx(figures(found)["nll_error"]),), "as the mean of a likelihood has one"
    nll, error, excess, true = (f"{figures(found)[name]:.3f}" for name in ("nll", "nll_error", "excess", "nll_true"))
    assert added.remark == (f"At t = 0 all is added up, in nats: Bound {nll} ± {error} ({excess} above the truth); "
                            f"the true −log p is {true}.")


def test_likelihood_draws_the_model_beside_the_truth(tmp_path: Path) -> None:
    """The exact prior lies on the line of the truth; a model of other data lies above it."""
    for prior, least, most in ((("exact"), -0.05, 0.05), ("points-moons", 0.5, 1e9)):
        options = {"count": 60, "steps": 20, "prior": prior}
        charts = [event.chart for event in ran("likelihood", options, tmp_path) if isinstance(event, Charted)]
        assert [chart.title.split(" ")[1] for chart in charts] == ["p", "p"]
        model, truth = charts[0].series
        above = np.mean(np.array(model.y) - np.array(truth.y))
        assert least < above < most


def test_a_model_that_learned_variances_is_measured_with_them(tmp_path: Path) -> None:
    """They fit better than either fixed one, on the chain they were learned on; a model without any takes no notice."""
    objective = {"name": "learned-variance", "chain": 20, "share": 0.1}
    trained = {"name": "wide", "steps": 150, "batch": 128, "objective": objective,
               "preview_every": 0, "validate_every": 0, "data": {"name": "moons"}}
    events = ran("train-points", trained, tmp_path)
    model = next(str(event.path) for event in events if isinstance(event, Saved) and event.kind == "model")
    asked = {"data": {"name": "moons"}, "prior": model, "count": 300, "steps": 20}
    learned, beta, tilde = (figures(ran("bound", {**asked, **more}, tmp_path))["nll"] for more in (
        {}, {"learned": False}, {"learned": False, "variance": "beta-tilde"}))
    assert learned < min(beta, tilde)
    plain = {**asked, "prior": "points-moons"}
    assert figures(ran("bound", plain, tmp_path)) == figures(ran("bound", {**plain, "learned": False}, tmp_path))
    calls = list[Tensor]()
    around = replace(context(tmp_path), prepare=lambda model: lambda *state: (calls.append(state[0]),
                                                                             model.network(*state))[1])
    values = figures(list(task("bound").run(validated(task("bound").Form, asked), around)))
    assert values["nfe"] == len(calls) == 20


def test_equal_means_are_not_told_as_nothing_beside_nothing() -> None:
    assert excess_remark(2e-4, 4e-5) == "The mean is the true one to within 0.001 nats."
    assert excess_remark(-0.02, 4e-5).startswith("The mean is −0.020 ± 0.000 nats above")
