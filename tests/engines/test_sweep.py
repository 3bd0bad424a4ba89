"""Sweeps: what is measured of which run, what is skipped and said, and what a resumed one does not do again."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from engines.analytic import MixtureDenoiser
from engines.chart import Chart, Role, read_chart
from engines.component import validated
from engines.context import Context
from engines.data.points.base import point_sets
from engines.denoiser import Denoiser
from engines.device import device
from engines.errors import BadInput, BadOption
from engines.events import Charted, Event, Measured, Noted, Progressed, Saved
from engines.metrics.formulas import FORMULAS
from engines.metrics.truth import Truth
from engines.priors import exact_prior
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path as ProcessPath
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.samplers.base import Step
from engines.samplers.ddim import DDIM
from engines.samplers.heun import Heun
from engines.samplers.remarks import walk_remark
from engines.studies.walks import samplers_of
from engines.tasks import sweep
from engines.tasks.base import task
from engines.tasks.sweep import AXES, FILE, Metric, SweepOptions
from engines.tasks.sweep_remarks import sweep_remarks

SMALL = {"samplers": "ddim, ddpm", "steps": [2, 5], "repeats": 2, "count": 50}


def run(folder: Path, **values: object) -> list[Event]:
    options = validated(SweepOptions, {**SMALL, **values})
    return list(task("sweep").run(options, Context(device("cpu"), folder)))


def last(events: list[Event]) -> Chart:
    return next(event.chart for event in reversed(events) if isinstance(event, Charted))


def test_a_chart_has_the_mean_over_seeds_of_every_sampler_beside_exact_samples(tmp_path: Path) -> None:
    events = run(tmp_path)
    chart = last(events)
    assert [one.name for one in chart.series] == ["DDIM", "DDPM ancestral", "Exact samples"]
    assert chart.series[0].x == (2.0, 5.0)
    assert chart.series[2].role is Role.EXACT
    # the same by hand: sample k of a run has seed + k, and the next run goes on behind
    data, path = point_sets()["ring"](), VPCosine()
    truth, mixture = Truth(data), data.oracle()
    assert mixture is not None
    found = []
    for seed in (7, 57):
        noise = Noise(sample_seeds(seed, 50), (2,))
        *_, end = DDIM()(path, MixtureDenoiser(mixture, path), path.initial(noise.initial()), time_grid(path, 5),
                         noise=noise)
        found.append(truth.metrics()["energy"](end.x))
    assert chart.series[0].y[1] == pytest.approx(np.mean(found), rel=1e-9)
    assert chart.series[0].error[1] == pytest.approx(np.std(found, ddof=1) / math.sqrt(2), rel=1e-9)


def test_the_line_of_exact_samples_tells_how_far_a_mean_of_as_many_runs_may_lie_from_it(tmp_path: Path) -> None:
    chart = last(run(tmp_path))
    truth = Truth(point_sets()["ring"]())
    found = [truth.metrics()["energy"](truth.fair(50, 7 + k)) for k in range(8)]
    line, spread = chart.series[2], float(np.std(found, ddof=1)) / math.sqrt(2)
    assert line.y == pytest.approx([np.mean(found)] * 2, rel=1e-9)
    assert line.error == pytest.approx([spread] * 2, rel=1e-9)
    assert f"± {spread:.2g}" in chart.remark


def test_it_tells_every_move_and_keeps_every_run(tmp_path: Path) -> None:
    events = run(tmp_path)
    told = [event for event in events if isinstance(event, Progressed)]
    assert [event.done for event in told] == sorted(event.done for event in told)
    assert (told[-1].done, told[-1].total) == (28, 28)
    assert Saved("table", tmp_path / FILE) in events
    rows = list(csv.DictReader((tmp_path / FILE).read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 8
    assert {(row["sampler"], row["steps"], row["seed"]) for row in rows} == {
        (name, steps, seed) for name in ("DDIM", "DDPM ancestral") for steps in "25" for seed in ("7", "57")}
    assert events[-1] == Measured({"runs": 8.0, "diverged": 0.0, "refused": 0.0})


def test_it_grows_after_every_run_and_goes_on_where_it_was_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                                ) -> None:
    for name in ("whole", "cut"):
        (tmp_path / name).mkdir()
    whole = last(run(tmp_path / "whole"))
    options = validated(SweepOptions, SMALL)
    begun = task("sweep").run(options, Context(device("cpu"), tmp_path / "cut"))
    seen = 0
    for event in begun:
        seen += isinstance(event, Charted)
        if seen == 3:
            break
    begun.close()  # type: ignore[attr-defined]
    made = list[str]()
    real = sweep.walked

    def counted(*args: object) -> object:
        made.append("run")
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(sweep, "walked", counted)
    rest = list(task("sweep").run(options, Context(device("cpu"), tmp_path / "cut")))
    assert len(made) == 5
    assert last(rest) == whole


def test_every_metric_is_known_by_its_key_wherever_it_is_told() -> None:
    keys = {metric.key for metric in Metric if metric is not Metric.ALL}
    assert keys == set(AXES) == set(FORMULAS)


@pytest.mark.parametrize(("metric", "name"), [("energy", "Energy distance"), ("nll", "Negative log-likelihood"),
                                              ("mode-error", "Largest error of a weight"), ("moments", "Fréchet")])
def test_every_metric_has_its_chart(tmp_path: Path, metric: str, name: str) -> None:
    chart = last(run(tmp_path, metric=metric, steps=[5], repeats=1, samplers="ddim"))
    assert chart.y.label.startswith(name)
    assert all(math.isfinite(y) for one in chart.series for y in one.y)


def test_all_metrics_are_those_that_the_data_have(tmp_path: Path) -> None:
    events = run(tmp_path, metric="all", data="moons", steps=[3], repeats=1, samplers="ddim")
    titles = {event.chart.title for event in events if isinstance(event, Charted)}
    assert {title.split(" against")[0] for title in titles} == {
        "Energy distance", "Sliced Wasserstein distance", "Negative log-likelihood", "Fréchet distance of moments"}
    with pytest.raises(BadOption, match="mode-error cannot be measured for “Two moons”; choose one of energy"):
        run(tmp_path, metric="mode-error", data="moons")


@pytest.mark.parametrize(("values", "words"), [
    ({"steps": [0]}, "0 steps cannot be made; use numbers from 1 to 1,000"),
    ({"steps": [5, 1_000_000]}, "1,000,000 steps cannot be made"),
    ({"steps": []}, "give at least 1"), ({"samplers": "ddim, dpm"}, "Sampler “dpm” is not known; choose from "),
    ({"samplers": ""}, "No sampler is named"), ({"prior": "nothing"}, "“nothing” is no model file")])
def test_what_cannot_be_is_refused_in_a_sentence(tmp_path: Path, values: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        run(tmp_path, **values)


class Picky(DDIM):
    """Refuses few steps, and diverges with five."""

    title = "Picky"

    @torch.no_grad()
    def __call__(self, path: ProcessPath, denoiser: Denoiser, x: Tensor, times: Tensor, *, noise: Noise,
                 cond: Tensor | None = None, start: int = 0, past: tuple[Tensor, ...] = ()) -> Iterator[Step]:
        if len(times) == 3:
            raise BadOption("Picky takes 3 steps or more; choose more.")
        yield from super().__call__(path, denoiser, x * (torch.nan if len(times) == 6 else 1), times, noise=noise)


def test_what_is_refused_or_diverges_is_said_and_the_rest_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                                 ) -> None:
    monkeypatch.setattr(sweep, "samplers_of", lambda _names: {"Picky": Picky(), "DDIM": DDIM()})
    events = run(tmp_path, steps=[2, 5, 8], samplers="ddim, ddpm")
    notes = [event.sentence for event in events if isinstance(event, Noted)]
    assert notes.count("Picky was left out: Picky takes 3 steps or more; choose more.") == 1
    assert "Picky with 5 steps diverged, so it has no figure." in notes
    chart = last(events)
    assert chart.series[0].x == (5.0, 8.0)
    assert math.isnan(chart.series[0].y[0])
    assert math.isfinite(chart.series[0].y[1])
    assert chart.series[1].x == (2.0, 5.0, 8.0)
    assert events[-1] == Measured({"runs": 10.0, "diverged": 2.0, "refused": 1.0})


def test_data_without_a_mixture_are_sampled_by_one_that_stands_in(tmp_path: Path) -> None:
    events = run(tmp_path, data="checkerboard", steps=[3], repeats=1, samplers="ddim", count=20)
    assert any(isinstance(event, Noted) and "stand in for it" in event.sentence for event in events)
    assert last(events).series


def test_a_file_that_is_no_table_of_runs_is_not_gone_on_from(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("sampler,steps\nDDIM,x\n", encoding="utf-8")
    assert run(tmp_path, steps=[2], repeats=1, samplers="ddim")[-1] == Measured(
        {"runs": 1.0, "diverged": 0.0, "refused": 0.0})


def test_a_chart_tells_of_what_and_how_and_its_table_has_the_steps(tmp_path: Path) -> None:
    chart = last(run(tmp_path, samplers="heun", steps=[4, 8], spacing="log-snr", data="moons"))
    assert dict(chart.about) == {"data": "Two moons", "denoiser": "exact", "path": "Cosine schedule",
                                 "spacing": "Log-SNR", "seeds": "2"}
    rows = list(csv.DictReader(chart.csv().splitlines()))
    assert [(row["steps"], row["Network calls of each sample"]) for row in rows[:2]] == [("4", "7.0"), ("8", "15.0")]
    assert all(row["steps"] == "" for row in rows if row["role"] == "exact")
    assert {(row["data"], row["spacing"], row["seeds"]) for row in rows} == {("Two moons", "Log-SNR", "2")}
    assert chart.file_stem == "Two moons, Energy distance against network calls"
    assert read_chart(chart.document()) == chart


def test_remarks_that_differ_in_their_numbers_alone_are_said_once() -> None:
    """Of the fewest steps, with the others that it is true of; what is true of all of them in the same words, too."""
    form = validated(SweepOptions, {"samplers": "heun, ddim", "steps": [5, 10, 20, 50]})
    prior = exact_prior(form.data, form.path)
    samplers = samplers_of(form.samplers)
    runs = [(title, steps) for title in samplers for steps in form.steps]
    (said,) = sweep_remarks(samplers, runs, form.spacing, prior)
    alone = walk_remark(Heun(), prior.path, form.spacing.times(prior.path, 5))
    assert said == f"Heun with 5 steps: {alone} So it is, in other numbers, with 10, 20 steps."
