"""Trainings in the Points workspace: what is learned stands beside what is exact, and is a model at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engines.training.objectives.base import objectives
from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import form_of, offered, run, turned
from tests.journeys.window import Window
from widgets.fields.arrows import Arrows
from widgets.fields.particles import Particles
from workbench.library.records import State
from workbench.pages.belief_plots import log_snr
from workbench.pages.points_views.training import TrainingView
from workbench.workspaces.points import Points

QUICK = {"steps": 60, "batch": 64, "name": "mine", "preview_every": 20, "checkpoint_every": 1000.0}


def training(window: Window) -> TrainingView:
    """The view of trainings."""
    return window.spaces.find(Points).sheet.view_of(TrainingView)


def trained(window: Window, qtbot: QtBot, **values: object) -> str:
    """Train in Points; gives the run once it is over and shown."""
    turned(window, qtbot)
    window.navigator.choose_task("train-points")
    form_of(window).set_values({**QUICK, **values})
    window.panel.changed.emit()
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON) as ended:
        qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    last = f"after step {values.get('steps', QUICK['steps']):,}"
    qtbot.waitUntil(lambda: last in training(window).field.accessibleDescription(), timeout=SOON)
    return str(ended.args[0])


def arrows(window: Window) -> list[Arrows]:
    """Those of the model, and the exact ones."""
    found = [field.layer("arrows") for field in training(window).panels.fields]
    assert all(isinstance(layer, Arrows) for layer in found)
    return [layer for layer in found if isinstance(layer, Arrows)]


@pytest.mark.parametrize("data", ["moons", "claw"])
def test_what_is_learned_stands_beside_what_is_exact(qtbot: QtBot, opened: Opener, data: str) -> None:
    """Arrows of one scale, at the same places, and the error as a curve; on a line as well."""
    window = opened()
    trained(window, qtbot, data={"name": data})
    view = training(window)
    learned, exact = arrows(window)
    assert learned.full == exact.full
    assert (learned.points == exact.points).all()
    assert not np.allclose(learned.vectors, exact.vectors)
    assert view.curves.error.readout
    for shown in ("velocity", "estimate"):
        before = arrows(window)[1].vectors
        view.bar.arrows.button(shown).click()
        assert not np.array_equal(arrows(window)[1].vectors, before)
    view.bar.arrows.button("none").click()
    assert [field.layer("arrows") for field in view.panels.fields] == [None, None]


def test_the_noise_of_samples_and_fields_is_chosen(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    trained(window, qtbot)
    view = training(window)
    spread = list[float]()
    for level in (0, 8):
        view.bar.noise.setValue(level)
        layer = view.field.layer("samples")
        assert isinstance(layer, Particles)
        spread.append(float(np.abs(layer.points).max()))
    assert view.field.layer("arrows") is None, "without noise there is no field"
    live = window.desk.stage.live
    assert live is not None
    samples = live.history.preview_of(60)
    assert samples is not None
    assert spread[1] == pytest.approx(float(np.abs(samples).max()))
    view.curves.error.picked.emit(float(log_snr(live.history.beliefs.shared)[2]) if live.history.beliefs.shared else 0)
    assert view.bar.noise.value() == 2


def test_every_preview_is_a_step_of_the_time_line_and_is_found_again(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    done = trained(window, qtbot)
    stage, view = window.desk.stage, training(window)

    def looked_at() -> None:
        assert stage.live is not None
        assert stage.live.history.preview_steps == (5, 10, 20, 40, 60)
        assert window.timeline.scrubber.slider.total == 4
        assert "picture" not in window.timeline.film.empty_text
        assert window.timeline.film.shown == [0, 1, 2, 3, 4]
        for index, step in enumerate((5, 10, 20, 40, 60)):
            window.timeline.scrubber.go(index)
            assert f"after step {step}" in view.field.accessibleDescription()
            assert view.film(index) is not None

    looked_at()
    late = arrows(window)[0].vectors
    window.timeline.scrubber.go(0)
    assert not np.allclose(arrows(window)[0].vectors, late), "another preview believed something else"
    window.navigator.close_run()
    window.desk.queue.release(done)
    window.navigator.load(done)
    qtbot.waitUntil(lambda: "after step 60" in view.field.accessibleDescription(), timeout=SOON)
    looked_at()


def test_the_loss_under_the_slider_is_told_in_words(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    trained(window, qtbot)
    scrubber = window.timeline.scrubber
    live = window.desk.stage.live
    assert live is not None
    assert scrubber.caption == f"after step 60 · loss of its batch {live.history.trained['loss'][-1]:.4f}"
    assert "the plot has it smoothed" in " ".join(scrubber._ends[1].toolTip().split())


def test_the_probe_tells_both(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    trained(window, qtbot)
    view = training(window)
    view.panels.probed.emit(0.5, 0.5)
    for field in view.panels.fields:
        told = field.accessibleDescription()
        assert "score" in told
        assert "velocity" in told


def test_it_can_be_sampled_from_with_one_click(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    trained(window, qtbot)
    button = [b for b in window.bar.findChildren(QPushButton) if b.text() == "Sample from it"][-1]
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON) as ended:
        button.click()
    stored = window.desk.library.run(str(ended.args[0]))
    assert (stored.task, stored.model) == ("sample-points", "mine")
    assert stored.options["data"]["name"] == "moons"


def test_the_button_tells_how_long_a_training_takes(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    trained(window, qtbot)
    form_of(window).set_values({"steps": 200_000})
    window.panel.changed.emit()
    assert "about" in window.panel.run.text() or "min" in window.panel.run.text()


def test_a_stopped_training_is_a_model_and_goes_on(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    window.navigator.choose_task("train-points")
    form_of(window).set_values({**QUICK, "steps": 100_000})
    window.panel.changed.emit()
    job = window.runs.start()
    assert job is not None
    queue = window.desk.queue
    qtbot.waitUntil(lambda: queue.job(job.id).done >= 12, timeout=SOON)
    queue.pause(job.id)
    qtbot.waitUntil(lambda: queue.job(job.id).state is State.PAUSED, timeout=SOON)
    queue.resume(job.id)
    before = queue.job(job.id).done
    qtbot.waitUntil(lambda: queue.job(job.id).done > before, timeout=SOON)
    with qtbot.waitSignal(queue.job_finished, timeout=SOON):
        queue.cancel(job.id)
    reached = queue.job(job.id).done
    assert window.desk.library.run(job.id).state is State.CANCELLED
    live = window.desk.stage.live
    assert live is not None
    assert live.file("model") is not None
    assert "mine" in offered_after(window, "sample-points")
    window.desk.resume(job.id)
    qtbot.waitUntil(lambda: queue.job(job.id).done > reached, timeout=SOON)
    with qtbot.waitSignal(queue.job_finished, timeout=SOON):
        queue.cancel(job.id)


def offered_after(window: Window, task: str) -> dict[str, str]:
    """The denoisers that the form of a task offers."""
    window.navigator.choose_task(task)
    return offered(window, "prior")


def test_points_of_a_file_are_learned_and_the_set_is_greyed(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    np.savetxt(file, np.random.default_rng(0).normal(size=(300, 2)), delimiter=",")
    window = opened()
    trained(window, qtbot, file=str(file))
    row = form_of(window).row("data")
    assert row is not None
    assert not row.editor.isEnabled()
    assert len(training(window).panels.fields) == 2
    assert offered_after(window, "sample-points")["mine"] == "mine"


@pytest.mark.parametrize("name", sorted(objectives()))
def test_every_objective_makes_a_model_that_samples(qtbot: QtBot, opened: Opener, name: str) -> None:
    window = opened()
    teacher = {"teacher": "points-moons"} if name == "consistency-distillation" else {}
    trained(window, qtbot, steps=10, preview_every=5, objective={"name": name, **teacher})
    window.navigator.choose_model("mine")
    run(window, qtbot, count=20, steps=4)
    live = window.desk.stage.live
    assert live is not None
    assert live.samples is not None
    assert np.isfinite(live.samples).all()
    assert len(np.unique(live.samples, axis=0)) == 20, "twenty points, no two alike"


@pytest.mark.parametrize(("objective", "words"), [
    ({"name": "consistency-distillation", "teacher": "nosuch"}, "nosuch"),
    ({"name": "consistency-distillation", "teacher": "digits"}, "another modality")])
def test_a_teacher_that_cannot_be_is_refused(qtbot: QtBot, opened: Opener, objective: dict[str, str], words: str,
                                            ) -> None:
    window = opened()
    turned(window, qtbot)
    window.navigator.choose_task("train-points")
    form_of(window).set_values({**QUICK, "objective": objective})
    window.panel.changed.emit()
    window.runs.start()
    qtbot.waitUntil(lambda: words in window.bar.sentence, timeout=SOON)


def test_the_equation_panel_tells_the_objective_and_its_losses(qtbot: QtBot, opened: Opener) -> None:
    """While it is looked at as a whole, at an earlier preview, and when it is read from the library again."""
    window = opened()
    done = trained(window, qtbot, objective={"name": "simple", "weight": {"name": "snr"}})
    view, stage = window.equation.view, window.desk.stage

    def told() -> None:
        assert stage.live is not None
        losses = dict(zip(*stage.live.history.trained.columns("step", "loss"), strict=True))
        for index, step in enumerate(stage.live.history.preview_steps):
            window.timeline.scrubber.go(index)
            assert window.equation.words == f"step {step}"
            assert view.values["prior"] == losses[step]
        assert "SNR" in view.accessibleDescription()
        assert view.values["guidance"] == stage.live.history.validated["loss"][-1]

    told()
    window.navigator.close_run()
    assert not view.accessibleDescription().startswith("ℓ")
    window.desk.queue.release(done)
    window.navigator.load(done)
    qtbot.waitUntil(lambda: "SNR" in view.accessibleDescription(), timeout=SOON)
    told()


def test_what_a_bound_came_to_stands_in_its_equation(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    window.navigator.choose_task("bound")
    form_of(window).set_values({"count": 20, "steps": 5})
    window.panel.changed.emit()
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON):
        qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    view = window.equation.view
    qtbot.waitUntil(lambda: len(view.values) == 3, timeout=SOON)
    live = window.desk.stage.live
    assert live is not None
    assert sum(view.values.values()) == pytest.approx(live.measured["nll"])


def test_the_next_model_has_a_name_that_none_has(qtbot: QtBot, opened: Opener) -> None:
    """Else two models of one name could only be told apart by their runs."""
    window = opened()
    trained(window, qtbot, steps=5, preview_every=5)
    assert form_of(window).values()["name"] == "mine-2"
    trained(window, qtbot, steps=5, preview_every=5, name="mine-2")
    assert form_of(window).values()["name"] == "mine-3"
