"""The task that fits a mixture: its events, its model, and what it refuses or remarks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engines.analytic import MixtureDenoiser
from engines.checkpoint import load_model
from engines.component import validated
from engines.context import Context
from engines.data.points.base import point_sets
from engines.data.points.own import Own
from engines.device import device
from engines.errors import BadInput, BadOption, BadPoints
from engines.events import Event, FitOpened, Fitted, Measured, Noted, Saved, Tried
from engines.mixture import Mixture
from engines.modality import Modality
from engines.networks.mixture import MixtureNetwork
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import paths
from engines.process.times import time_grid
from engines.representation.choice import fits
from engines.representation.em import EM
from engines.representation.starts import KMeansPlusPlus
from engines.samplers.ddim import DDIM
from engines.tasks.base import tasks
from engines.tasks.fit_mixture import FitMixture, FitOptions

SETS = sorted(name for name, kind in point_sets().items() if kind is not Own)


def _events(folder: Path, **options: Any) -> list[Event]:
    return list(_run(folder, **options))


def _run(folder: Path, files: dict[str, bytes] | None = None, **options: Any) -> Iterator[Event]:
    return FitMixture().run(validated(FitOptions, options), Context(device("cpu"), folder, files=files or {}))


def _of(events: list[Event], kind: type[Any]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("seed", [0, 5])
def test_the_likelihood_never_falls_on_any_point_set(name: str, seed: int, tmp_path: Path) -> None:
    events = _events(tmp_path, data=name, count=300, components=4, iterations=15, seed=seed)
    levels = np.array([step.log_likelihood for step in _of(events, Fitted)])
    bounds = np.array([step.bound for step in _of(events, Fitted)])
    assert (np.diff(levels) >= -1e-7).all()
    assert (np.diff(bounds) >= -1e-7).all()
    assert (bounds <= levels + 1e-7).all()
    (measured,) = _of(events, Measured)
    # more components than one explain the points at least as well
    assert measured.values["log_likelihood"] >= measured.values["gaussian_log_likelihood"] - 1e-6


def test_the_events_come_in_order_and_leave_a_model(tmp_path: Path) -> None:
    events = _events(tmp_path, data="unequal-blobs", components=3, name="three", seed=1)
    (opened,), steps = _of(events, FitOpened), _of(events, Fitted)
    assert opened.points.shape == (1000, 2)
    assert opened.total == 401
    assert [step.index for step in steps] == list(range(len(steps)))
    assert [step.half for step in steps[:4]] == ["start", "e", "m", "e"]
    assert steps[-1].half == "e"
    (saved,), (measured,) = _of(events, Saved), _of(events, Measured)
    assert saved == Saved("model", tmp_path / "three.safetensors")
    assert set(measured.values) <= set(FitMixture.figures)
    assert measured.values["iterations"] == (len(steps) - 1) // 2
    assert measured.values["components"] == 3
    # the fit has been drawn to these very points, so it beats the truth on them, but not by much
    assert 0 <= measured.values["log_likelihood"] - measured.values["true_log_likelihood"] < 20


def test_the_model_is_the_mixture(tmp_path: Path) -> None:
    steps = _of(_events(tmp_path, data="two-blobs", components=2, path="straight"), Fitted)
    model = load_model(tmp_path / "my-mixture.safetensors", device("cpu"))
    assert model.spec.modality is Modality.POINTS
    assert model.spec.shape == (2,)
    assert model.spec.classes == ("1", "2")
    assert model.path.name == "straight"
    assert isinstance(model.network, MixtureNetwork)
    torch.testing.assert_close(model.network.mixture.means, torch.as_tensor(steps[-1].means), atol=1e-6, rtol=0)


@pytest.mark.parametrize("path", sorted(paths()))
def test_sampled_by_ddim_the_model_reproduces_the_mixture(path: str, tmp_path: Path) -> None:
    _events(tmp_path, data="two-blobs", components=2, path=path)
    model = load_model(tmp_path / "my-mixture.safetensors", device("cpu"))
    assert isinstance(model.network, MixtureNetwork)
    mixture, count = model.network.mixture, 4000
    times = time_grid(model.path, 150)
    noise = Noise(sample_seeds(3, count), (2,), dtype=torch.float64)
    start = model.path.initial(noise.initial())
    *_, end = DDIM()(model.path, model.denoiser, start, times, noise=noise)
    # five standard errors of unit variances, and of a share
    torch.testing.assert_close(end.x.mean(0), mixture.mean(), atol=0.09, rtol=0)
    torch.testing.assert_close(end.x.T.cov(), mixture.covariance(), atol=0.12, rtol=0)
    share = float(mixture.responsibilities(end.x)[:, 0].mean())
    assert share == pytest.approx(float(mixture.weights[0]), abs=0.04)
    # and step by step it is the exact denoiser of that mixture
    *_, exact = DDIM()(model.path, MixtureDenoiser(mixture, model.path), start, times, noise=noise)
    assert float((end.x - exact.x).abs().quantile(0.99)) < 1e-3


def test_a_class_of_the_model_is_a_component(tmp_path: Path) -> None:
    _events(tmp_path, data="two-blobs", components=2)
    model = load_model(tmp_path / "my-mixture.safetensors", device("cpu"))
    assert isinstance(model.network, MixtureNetwork)
    mixture = model.network.mixture
    x, t = torch.zeros(2, 2, dtype=torch.float64), torch.tensor(0.5, dtype=torch.float64)
    found = model.denoiser(x, t, torch.tensor([0, 1]))
    for k in range(2):
        alone = Mixture(torch.ones(1), mixture.means[k:k + 1], mixture.covariances[k:k + 1])
        torch.testing.assert_close(found[k:k + 1], MixtureDenoiser(alone, model.path)(x[:1], t), atol=1e-6, rtol=0)


def test_components_that_become_singular_are_told_with_their_half_step(tmp_path: Path) -> None:
    rows = np.repeat(np.array([[0.0, 0.0], [5.0, 0.0], [0.0, 5.0]]), 20, axis=0)
    np.save(tmp_path / "places.npy", rows)
    events = _events(tmp_path, file=str(tmp_path / "places.npy"), components=3, start="k-means++")
    told = [note.sentence for note in _of(events, Noted)]
    steps = _of(events, Fitted)
    assert told == [f"Half step {step.index}: {step.note}" for step in steps if step.note]
    assert all("became singular, a point or a line, and w" in sentence for sentence in told)
    assert all(step.half == "m" for step in steps if step.note)
    assert len(told) >= 1
    assert all(np.isfinite(step.log_likelihood) for step in steps)


def test_dropped_components_keep_their_place_as_holes() -> None:
    from engines.representation.em import EMStep, Half
    from engines.tasks.fit_mixture import _fitted

    left = Mixture(torch.ones(2), torch.tensor([[1.0, 0], [2, 0]]), torch.eye(2).repeat(2, 1, 1))
    fitted = _fitted(EMStep(4, Half.M, left, torch.ones(5, 2) / 2, -1.0, -2.0, (0, 2)), 3)
    assert fitted.weights.tolist() == [0.5, 0, 0.5]
    assert np.isnan(fitted.means).all(axis=1).tolist() == [False, True, False]
    assert np.isnan(fitted.covariances).all(axis=(1, 2)).tolist() == [False, True, False]


def test_numbers_of_components_are_compared(tmp_path: Path) -> None:
    events = _events(tmp_path, data="unequal-blobs", compare=5, components=3, count=600)
    tried = _of(events, Tried)
    assert [one.components for one in tried] == [1, 2, 3, 4, 5]
    assert min(tried, key=lambda one: one.bic).components == 3
    (measured,) = _of(events, Measured)
    assert measured.values["best_components"] == 3


def test_a_bad_start_is_told_where_a_better_one_is_known(tmp_path: Path) -> None:
    told = [note.sentence for note in _of(_events(
        tmp_path, data="ring", components=8, compare=8, start={"name": "random-points"}, count=300, seed=1,
        iterations=60), Noted)]
    assert any("nats above this fit; choose another seed or start." in sentence for sentence in told), told


def test_one_place_stays_one_gaussian(tmp_path: Path) -> None:
    events = _events(tmp_path, data="ring", components=4, start="one-place")
    (measured,) = _of(events, Measured)
    (note,) = _of(events, Noted)
    assert "they stay together as one Gaussian; choose another start, or a spread above 0." in note.sentence
    apart = _events(tmp_path, data="ring", components=4, start={"name": "one-place", "spread": 0.5})
    assert not any("stay together" in each.sentence for each in _of(apart, Noted))
    assert measured.values["log_likelihood"] == pytest.approx(measured.values["gaussian_log_likelihood"], abs=1e-6)


def test_the_best_of_fits_while_it_goes_on_ends_where_the_whole_does() -> None:
    points = point_sets()["ring"]().sample(200)
    course = list(fits(points, 3, EM(iterations=5), KMeansPlusPlus(), restarts=2))
    assert course[-1].log_likelihood == max(fit.log_likelihood for fit in course)


def test_an_end_before_it_settled_is_said(tmp_path: Path) -> None:
    (note,) = _of(_events(tmp_path, data="ring", components=3, iterations=1), Noted)
    assert note.sentence == "It ended after 1 iteration, before the fit had settled; raise Iterations to let it go on."


def test_a_stop_leaves_the_mixture_of_then(tmp_path: Path) -> None:
    run = _run(tmp_path, data="ring", components=8)
    last = None
    for event in run:
        if isinstance(event, Fitted):
            last = event
            if event.index == 4:
                break
    assert last is not None
    run.close()  # type: ignore[attr-defined]
    model = load_model(tmp_path / "my-mixture.safetensors", device("cpu"))
    assert isinstance(model.network, MixtureNetwork)
    torch.testing.assert_close(model.network.mixture.means, torch.as_tensor(last.means), atol=1e-6, rtol=0)


@pytest.mark.parametrize(("options", "words"), [
    ({"components": 5, "count": 3}, "5 components cannot be fitted to 3 points; choose 3 or fewer, or more points."),
    ({"compare": 50, "count": 20}, "50 components cannot be fitted to 20 points"),
])
def test_more_components_than_points_are_refused_before_the_run(options: dict[str, int], words: str,
                                                                tmp_path: Path) -> None:
    chosen = validated(FitOptions, options)
    with pytest.raises(BadInput, match=words):
        FitMixture().check(chosen, {}, None)
    with pytest.raises(BadInput, match=words):
        _events(tmp_path, **options)


def test_a_file_with_fewer_rows_than_components_is_refused(tmp_path: Path) -> None:
    (tmp_path / "few.csv").write_text("x,y\n0,0\n1,1\n")
    words = "4 components cannot be fitted to 2 points; choose 2 or fewer, or more points."
    with pytest.raises(BadInput, match=words):
        _events(tmp_path, file=str(tmp_path / "few.csv"), components=4)
    # and before a fit of fewer is made, whose figures the refusal would lose
    with pytest.raises(BadInput, match=words):
        _events(tmp_path, file=str(tmp_path / "few.csv"), components=2, compare=4, name="none")
    assert not (tmp_path / "none.safetensors").exists()


def test_of_a_file_with_more_points_some_are_drawn_which_is_said(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("\n".join(f"{k},{k % 7}" for k in range(50)))
    events = _events(tmp_path, file=str(tmp_path / "mine.csv"), count=20, components=2)
    (opened,) = _of(events, FitOpened)
    assert len(opened.points) == len(np.unique(opened.points, axis=0)) == 20
    assert _of(events, Noted)[0].sentence == "20 points of 50 in “mine.csv” were drawn at random."
    assert "true_log_likelihood" not in _of(events, Measured)[0].values
    with pytest.raises(BadPoints, match="cannot be opened"):
        _events(tmp_path, file=str(tmp_path / "none.csv"))


def test_own_points_count_once(tmp_path: Path) -> None:
    rows = "\n".join(f"{k},{k % 7}" for k in range(50)).encode()
    (opened,) = _of(_events(tmp_path, files={"points.npy": rows}, data="own", components=2), FitOpened)
    assert len(opened.points) == len(np.unique(opened.points, axis=0)) == 50


def test_points_of_a_line_are_fitted_too(tmp_path: Path) -> None:
    steps = _of(_events(tmp_path, data="two-peaks", components=2), Fitted)
    assert steps[-1].covariances.shape == (2, 1, 1)
    assert load_model(tmp_path / "my-mixture.safetensors", device("cpu")).spec.shape == (1,)


def test_the_task_is_on_the_list_of_points() -> None:
    fit = tasks()["fit-mixture"]
    assert (fit.workspace, fit.modality, fit.makes) == ("points", Modality.POINTS, "name")
    # as of a training: the run and the model that it makes have one name
    assert fit.title_of(FitOptions()) == tasks()["train-points"].title_of(FitOptions()) == "my-mixture"


@pytest.mark.parametrize("name", ["con", "a.", "training"])
def test_a_name_is_refused_as_that_of_a_training_is(name: str) -> None:
    with pytest.raises(BadOption, match="choose another"):
        validated(FitOptions, {"name": name})


def test_the_model_says_how_many_points_it_was_fitted_to(tmp_path: Path) -> None:
    np.savetxt(tmp_path / "mine.csv", np.random.default_rng(0).normal(size=(60, 2)), delimiter=",")
    (saved,) = _of(_events(tmp_path, file=str(tmp_path / "mine.csv"), components=2), Saved)
    assert load_model(saved.path, device("cpu")).spec.data == "mine.csv, 60 points"
