"""Runs of points: probed, branched, put beside one another, exported, and never taken for pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from engines.modalities.points import read_points
from engines.recipe_png import recipe_of
from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import filled, over, run, turned
from tests.journeys.window import Window
from widgets.fields.arrows import Arrows
from widgets.fields.density import Heat
from widgets.fields.particles import Particles
from widgets.fields.paths import Trails
from widgets.fields.pointers import Pointers
from workbench.frames import ESTIMATE, SCORE


def beside(window: Window, qtbot: QtBot, **values: object) -> None:
    """Run the form in a panel beside."""
    filled(window, **values)
    over(window, qtbot, window.desk.actions["points.beside"].trigger)


def test_the_probe_tells_the_exact_score_and_points_to_the_estimate(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = turned(window, qtbot)
    run(window, qtbot, steps=8, count=50, data={"name": "gaussian", "correlation": 0.0})
    window.desk.stage.move(3)
    qtbot.waitUntil(lambda: not points.subjects.store.busy, timeout=SOON)
    field = points.field_page.fields[0]
    field._move_probe(field.frame().place(1.0, 0.5))
    # at every time of a path that keeps the variance the density is the standard normal one
    assert "log p −2.463" in field.accessibleDescription()
    assert "score −1.000, −0.500" in field.accessibleDescription()
    arrow = field.layer("pointers")
    assert isinstance(arrow, Pointers)
    assert [item.name for item in arrow.items] == ["x̂_0"]
    field._move_probe(None)
    assert field.layer("pointers") is None


def test_a_hovered_term_shows_how_it_moves_the_selected_particle(qtbot: QtBot, opened: Opener) -> None:
    """Prior and noise add up to the move, whatever they are enlarged by."""
    window = opened()
    points = turned(window, qtbot)
    run(window, qtbot, steps=8, count=50, sampler={"name": "ddpm"})
    stage, field = window.desk.stage, points.field_page.fields[0]
    stage.move(4)
    stage.choose(7)
    window.equation.view._hover("noise")
    shown = field.layer("pointers")
    assert isinstance(shown, Pointers)
    assert shown.lit == "Fresh noise"
    assert {item.colour for item in shown.items} == {"prior", "noise"}
    total = sum((np.subtract(item.end, item.start) for item in shown.items), np.zeros(2))
    assert stage.live is not None
    assert stage.live.trajectory is not None
    move = (stage.live.trajectory.x(5) - stage.live.trajectory.x(4))[7]
    np.testing.assert_allclose(total / np.hypot(*total), move / np.hypot(*move), atol=1e-3)


def test_views_and_layers_show_what_they_say(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = turned(window, qtbot)
    run(window, qtbot, steps=6, count=40)
    stage, field = window.desk.stage, points.field_page.fields[0]
    stage.move(2)
    assert isinstance(field.layer("paths"), Trails)
    window.desk.actions["layer.paths"].trigger()
    assert field.layer("paths") is None
    window.desk.actions["layer.histogram"].trigger()
    assert field.layer("histogram") is not None
    stage.look(ESTIMATE)
    layer = field.layer("particles")
    assert isinstance(layer, Particles)
    assert stage.live is not None
    assert stage.live.trajectory is not None
    np.testing.assert_array_equal(layer.points, stage.live.trajectory.x0(2))
    stage.look(SCORE)
    assert field.layer("marks") is not None


@pytest.mark.parametrize("sampler", ["ddpm", "dpm++2m", "plms"])
def test_a_branch_shares_its_steps_and_a_run_repeats_to_the_bit(qtbot: QtBot, opened: Opener, sampler: str) -> None:
    """Also of samplers that weigh the steps before."""
    window = opened()
    turned(window, qtbot)
    run(window, qtbot, steps=8, count=60, sampler={"name": sampler})
    stage = window.desk.stage
    assert stage.live is not None
    assert stage.live.trajectory is not None
    whole, states = stage.live.sha256, [np.array(stage.live.trajectory.x(i)) for i in range(9)]
    stage.move(5)
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON):
        window.desk.actions["run.branch"].trigger()
    qtbot.waitUntil(lambda: bool(stage.live and stage.live.sha256 and stage.live.trajectory), timeout=SOON)
    assert stage.live.sha256 == whole, "with nothing changed it ends where its run did"
    for step, state in enumerate(states):
        np.testing.assert_array_equal(stage.live.trajectory.x(step), state)
    stage.move(8)
    window.desk.actions["run.branch"].trigger()
    assert "The last step is the result" in window.bar.sentence


def test_up_to_four_panels_begin_from_the_same_noise(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = turned(window, qtbot)
    run(window, qtbot, steps=6, count=40)
    beside(window, qtbot, sampler={"name": "ddpm"})
    beside(window, qtbot, steps=3)
    beside(window, qtbot, steps=9)
    qtbot.waitUntil(lambda: len(points.field_page.fields) == 4, timeout=SOON)
    window.desk.stage.move(0)
    layers = [field.layer("particles") for field in points.field_page.fields]
    for layer in layers:
        assert isinstance(layer, Particles)
        np.testing.assert_array_equal(layer.points, layers[0].points)  # pyright: ignore
    window.desk.actions["points.beside"].trigger()
    assert "4 panels are shown" in window.bar.sentence
    assert window.desk.actions["run.compare"].isChecked()
    window.desk.actions["run.compare"].trigger()
    assert len(points.field_page.fields) == 1


def test_panels_are_found_again_at_the_next_start(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    run(window, qtbot, steps=4, count=30)
    beside(window, qtbot, sampler={"name": "ddpm"})
    qtbot.waitUntil(lambda: window.desk.stage.other is not None, timeout=SOON)
    window.close()
    again = opened()
    back = turned(again, qtbot)
    qtbot.waitUntil(lambda: len(back.field_page.fields) == 2, timeout=SOON)


def test_points_are_exported_and_never_taken_for_pictures(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    points = turned(window, qtbot)
    run(window, qtbot, steps=4, count=30)
    live = window.desk.stage.live
    assert live is not None
    points.export.points(tmp_path / "points.csv")
    shown = points.field_page.panels.size()  # notes under it may come meanwhile
    points.export.canvas(tmp_path / "canvas.png")
    qtbot.waitUntil(lambda: not window.background.busy, timeout=SOON)
    np.testing.assert_array_equal(read_points(tmp_path / "points.csv").values, np.float64(live.samples))
    recipe = recipe_of(tmp_path / "canvas.png")
    assert recipe is not None
    assert recipe.task == "sample-points"
    assert QImage(str(tmp_path / "canvas.png")).size() == 2 * shown, "twice as fine as the screen"
    shown, sizes = points.field_page.panels.size(), list(points.export.sizes())
    points.export.canvas(tmp_path / "large.png", sizes[1])
    qtbot.waitUntil(lambda: not window.background.busy, timeout=SOON)
    assert QImage(str(tmp_path / "large.png")).size() == 4 * shown
    assert sizes[0] == f"PNG, {2 * shown.width()} × {2 * shown.height()} px (*.png)"
    for name in ("file.export_picture", "run.keep_step", "edit.take"):
        window.desk.actions[name].trigger()
        assert window.bar.sentence, name
        window.bar.dismiss()
    assert window.images.input.image is None
    assert window.navigator.workspace == "points"


def test_classes_are_the_modes_of_the_data(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    filled(window, label="3", guidance=4.0)
    assert window.panel.values()["label"] == "3"
    filled(window, data={"name": "moons"})
    assert window.panel.values()["label"] == "free", "moons have no modes"


def test_the_table_says_whether_it_measures_against_a_class(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = turned(window, qtbot)
    for label, told in (("3", ",true class,"), ("free", ",true distribution,")):
        run(window, qtbot, steps=2, count=10, label=label)
        qtbot.waitUntil(lambda told=told: told in points.table.table.table(), timeout=SOON)


def test_the_density_is_that_of_what_a_run_asks_for_and_says_so(qtbot: QtBot, opened: Opener) -> None:
    """Of a class its own, with guidance the one that this bends it to; particles end where it is."""
    window = opened()
    points = turned(window, qtbot)
    field = points.field_page.fields[0]

    def drawn(title: str) -> Heat:
        qtbot.waitUntil(lambda: f" · {title} from " in f" · {field.accessibleDescription()}", timeout=SOON)
        layer = field.layer("density")
        assert isinstance(layer, Heat)
        return layer

    whole = drawn("density")
    run(window, qtbot, steps=20, count=60, label="3")
    own = drawn("density of class 3")
    assert np.asarray(own.values).max() > 4 * np.asarray(whole.values).max(), "one of eight blobs has all of the weight"
    live = window.desk.stage.live
    assert live is not None
    assert live.samples is not None
    row, column = np.unravel_index(int(np.argmax(own.values)), own.values.shape)
    left, low, right, high = own.box
    peak = [left + (right - left) * (column + 0.5) / own.values.shape[1],
            low + (high - low) * (row + 0.5) / own.values.shape[0]]
    np.testing.assert_allclose(np.asarray(live.samples).mean(axis=0), peak, atol=0.08)
    run(window, qtbot, steps=20, count=60, label="3", guidance=2.5)
    drawn("p(x)·p(c|x)²˙⁵ of class 3")
    window.desk.stage.move(0)
    drawn("p(x)·p(c|x)²˙⁵ of class 3")
    filled(window, label="free")
    window.navigator.close_run()
    drawn("density")


def test_the_arrows_of_a_view_are_in_its_own_units(qtbot: QtBot, opened: Opener) -> None:
    """Of one round Gaussian the score is −x at every time, whatever the path keeps at variance 1."""
    window = opened()
    points = turned(window, qtbot)
    run(window, qtbot, steps=6, count=40, data={"name": "gaussian", "correlation": 0.0})
    window.desk.stage.move(3)
    window.desk.stage.look(SCORE)
    layer = points.field_page.fields[0].layer("marks")
    assert isinstance(layer, Arrows)
    np.testing.assert_allclose(layer.vectors, -layer.points, atol=1e-4)
