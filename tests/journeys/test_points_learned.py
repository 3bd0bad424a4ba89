"""Models of points by their names, in the form and beside the exact answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from pytestqt.qtbot import QtBot

from engines.data.points import learned
from engines.data.points.base import point_sets
from engines.metrics.points import energy_distance
from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import chosen, form_of, offered, run, turned


@pytest.mark.parametrize("task", ["sample-points", "likelihood", "bound", "sweep"])
def test_the_models_of_points_are_offered_with_what_they_learned(qtbot: QtBot, opened: Opener, task: str) -> None:
    window = opened()
    turned(window, qtbot)
    window.navigator.choose_task(task)
    assert offered(window, "prior") == {
        "exact": "Exact", "points-moons": "points-moons · Two moons", "points-one-step": "points-one-step · Two moons"}


def test_a_model_is_chosen_with_its_data_and_its_particles_form_them(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    chosen(window, "prior", "points-moons")
    form = form_of(window)
    assert form.values()["data"] == {"name": "moons", "noise": 0.08}
    path = form.row("path")
    assert path is not None
    assert not path.editor.isEnabled(), "a model brings its own path"
    done = run(window, qtbot, count=2000, steps=40)
    live = window.desk.stage.live
    assert live is not None
    assert live.samples is not None
    truth = point_sets()["moons"](noise=0.08)  # pyright: ignore[reportCallIssue]
    samples = torch.as_tensor(live.samples).double()
    near, fair = (energy_distance(x, truth.sample(2000, 1)) for x in (samples, truth.sample(2000, 2)))
    assert near < fair + 0.01
    stored = window.desk.library.run(done)
    assert stored.model == "points-moons"
    assert "points-moons" in window.desk.library.recipe(done)
    assert '"fingerprints": {"points-moons"' in window.desk.library.recipe(done)


@pytest.mark.parametrize(("task", "steps"), [("sample-points", 2), ("invert-points", None)])
def test_a_consistency_model_brings_its_sampler_and_steps_where_these_can_be(
        qtbot: QtBot, opened: Opener, task: str, steps: int | None) -> None:
    window = opened()
    turned(window, qtbot)
    window.navigator.choose_task(task)
    before = dict(form_of(window).values())
    chosen(window, "prior", "points-one-step")
    now = form_of(window).values()
    assert now["data"] != before["data"]
    assert now["sampler"] == ({"name": "consistency"} if steps else before["sampler"])
    assert now["steps"] == (steps or before["steps"])
    window.desk.history.undo()
    assert form_of(window).values() == {**before, "prior": "points-one-step"}


def test_undo_takes_back_the_data_and_then_the_model(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    before: dict[str, Any] = dict(form_of(window).values())
    chosen(window, "prior", "points-moons")
    window.desk.history.undo()
    assert form_of(window).values()["data"] == before["data"]
    assert form_of(window).values()["prior"] == "points-moons"
    window.desk.history.undo()
    assert form_of(window).values() == before
    window.desk.history.redo()
    window.desk.history.redo()
    assert form_of(window).values()["data"] == {"name": "moons", "noise": 0.08}


def test_the_data_of_a_stored_run_stay_when_it_is_loaded(qtbot: QtBot, opened: Opener) -> None:
    """A model may be looked at beside data it never saw; loading such a run must not change them."""
    window = opened()
    turned(window, qtbot)
    chosen(window, "prior", "points-moons")
    done = run(window, qtbot, data={"name": "ring"}, count=50, steps=4)
    chosen(window, "prior", "exact")
    form_of(window).set_values({"data": {"name": "ring"}, "prior": "exact"})
    window.navigator.load(done)
    qtbot.waitUntil(lambda: window.desk.stage.run == done, timeout=SOON)
    assert form_of(window).values()["prior"] == "points-moons"
    assert dict(form_of(window).values()["data"])["name"] == "ring"  # type: ignore[call-overload]


def test_a_model_of_another_dimension_is_refused_before_it_runs(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    form_of(window).set_values({"prior": "points-moons", "data": {"name": "claw"}})
    window.panel.changed.emit()
    before = len(window.desk.queue.jobs())
    window.desk.actions["run.start"].trigger()
    assert len(window.desk.queue.jobs()) == before
    assert "makes points of 2 numbers and the data have 1" in window.bar.sentence


def test_the_path_of_the_model_stands_in_the_form_and_the_users_own_comes_back(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    chosen(window, "path", "ve")
    form, own = form_of(window), form_of(window).values()["path"]
    chosen(window, "prior", "points-moons")
    path, inner = form.row("path"), form.row("path.offset")
    assert path is not None
    assert path.editor.value() == "vp-cosine"
    assert inner is not None
    assert not inner.editor.isEnabled()
    assert form.values()["path"] == own
    chosen(window, "prior", "exact")
    assert path.editor.value() == "ve"
    assert form.values()["path"] == own


@pytest.mark.parametrize("other", ["points-moons", "exact"])
def test_a_sampler_that_a_consistency_model_brought_is_given_back_for_another(
        qtbot: QtBot, opened: Opener, other: str) -> None:
    window = opened()
    turned(window, qtbot)
    form = form_of(window)
    chosen(window, "sampler", "heun")
    before = form.values()
    chosen(window, "prior", "points-one-step")
    chosen(window, "prior", other)
    now = form.values()
    assert (now["sampler"], now["steps"]) == (before["sampler"], before["steps"])
    assert "Heun is the sampler again, in 60 steps" in window.status.sentence
    window.desk.history.undo()
    assert (form.values()["sampler"], form.values()["steps"]) == ({"name": "consistency"}, 2)


def test_undo_says_whether_a_sampler_came_or_went_where_no_data_come_with_the_model(
        qtbot: QtBot, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learned, "learned_set", lambda _model: None)  # as of own points
    window = opened()
    turned(window, qtbot)
    chosen(window, "prior", "points-one-step")
    assert window.desk.history.undo() == "Take the sampler of the model"
    window.desk.history.redo()
    chosen(window, "prior", "points-moons")
    assert window.desk.history.undo() == "Take the sampler of before"


def test_a_sampler_that_the_user_chose_stays_whatever_the_model(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    chosen(window, "prior", "points-one-step")
    chosen(window, "sampler", "heun")
    chosen(window, "prior", "points-moons")
    assert form_of(window).values()["sampler"] != {"name": "ddim"}
    chosen(window, "sampler", "consistency")
    chosen(window, "prior", "exact")
    assert form_of(window).values()["sampler"] == {"name": "consistency"}


def test_data_that_the_model_does_not_fit_are_seen_with_the_sentence_that_says_so(
        qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    points = turned(window, qtbot)
    chosen(window, "prior", "points-moons")
    (tmp_path / "one.csv").write_text("\n".join(f"{k % 7}.{k}" for k in range(60)))
    window.drop.open(tmp_path / "one.csv")
    qtbot.waitUntil(lambda: points.field_page.fields[0].layer("particles") is not None, timeout=SOON)
    assert points.field_page.panels is points.field_page.line
    assert points.field_page.fields[0].layer("density") is not None
    assert "makes points of 2 numbers and the data have 1" in window.status.sentence
    assert form_of(window).values()["prior"] == "points-moons", "the choice is the user’s"
