"""Inversion and interpolation through the window, of images and of points."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from engines.data.points.cloud import Cloud
from engines.data.points.mixtures import Ring
from engines.data.points.typical import far_apart
from engines.recipe import Recipe
from tests.journeys.bad import picture
from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import filled, run, turned
from tests.journeys.test_images import fill, finished, press_run
from tests.journeys.window import Window
from tests.widgets.pointer import drag
from widgets.drawing.pixmaps import from_qimage
from widgets.fields.handles import LAYER, HandleMarks
from widgets.fields.particles import Particles
from workbench.controllers.points.curves import AWAY
from workbench.docks.plots import OWN
from workbench.pages.images_page import Mode
from workbench.workspaces.points import Points

SHORT = {"steps": 4, "sampler": {"name": "ddim", "eta": 0.0}}


def recipe(window: Window, name: str) -> Recipe:
    """What a run was made from."""
    return Recipe.from_json(window.desk.library.recipe(name))


def test_a_picture_is_taken_to_its_noise_and_back_and_the_noise_is_used_again(qtbot: QtBot, opened: Opener,
                                                                              tmp_path: Path) -> None:
    window = opened()
    window.navigator.choose_task("invert")
    window.drop.open(picture(tmp_path))
    qtbot.waitUntil(lambda: window.picture.pixels is not None, timeout=SOON)
    assert window.panel.task == "invert"
    fill(window, "invert", SHORT)
    first = press_run(qtbot, window)
    stage = window.desk.stage
    assert (stage.last, stage.ends) == (8, ("data", "data again"))
    assert window.images.mode is Mode.PAIR
    assert OWN["data-rms"][0] in window.plots.second.accessibleName()
    assert "PSNR" in window.desk.library.run(first).notes
    # the noise, with another class and sampler from there on
    stage.move(4)
    fill(window, "invert", {"label": "8", "sampler": {"name": "heun"}})
    window.desk.actions["run.branch"].trigger()
    qtbot.waitUntil(lambda: stage.run != first, timeout=SOON)
    finished(qtbot, window)
    branched = recipe(window, stage.run)
    assert branched.start is not None
    assert (branched.start.index, branched.options["label"], branched.options["there"]) == (4, "8", "free")
    live = stage.live
    assert live is not None
    assert live.opened is not None
    assert live.trajectory is not None
    assert live.opened.labels == (8,)
    # half of the work was before it
    row = window.desk.library.run(stage.run)
    task = window.spaces.first.task("invert")
    assert task is not None
    whole, left = window.estimate.seconds(task, row.options), window.estimate.of_run(row)
    assert whole
    assert left == whole / 2
    # the whole way is there to be scrubbed, with that of the run before in front
    assert (live.trajectory.first, live.trajectory.last) == (0, 8)


def test_images_stand_in_their_order_between_two_pictures_and_in_a_film(qtbot: QtBot, opened: Opener,
                                                                        tmp_path: Path) -> None:
    window = opened()
    fill(window, "interpolate", {**SHORT, "count": 3, "ends": {"name": "seeds", "first": 3, "last": 5}})
    press_run(qtbot, window)
    assert [window.images.grid.caption(k) for k in range(3)] == ["1", "2", "3"]
    window.desk.actions["file.export_film"].trigger()
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "way.png"))
    dialog.close()
    qtbot.waitUntil(lambda: (tmp_path / "way.png").exists() and not window.background.busy, timeout=SOON)
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is None, timeout=SOON)
    with Image.open(tmp_path / "way.png") as film:
        assert getattr(film, "n_frames", 1) == 4  # there and back: 1, 2, 3, 2
    fill(window, "interpolate", {"ends": {"name": "pictures"}})
    assert window.runs.start() is None
    assert "There is no picture yet" in window.bar.sentence
    # one from the canvas, one from a file that is chosen by its button
    window.drop.open(picture(tmp_path))
    qtbot.waitUntil(lambda: window.picture.pixels is not None, timeout=SOON)
    window.navigator.choose_task("interpolate")
    window.panel.browse_requested.emit("end")
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(picture(tmp_path, "other.png")))
    dialog.close()
    name = press_run(qtbot, window)
    ends = recipe(window, name)
    assert sorted(ends.files) == sorted([str(tmp_path / "other.png"), "image.png"])
    live = window.desk.stage.live
    assert live is not None
    assert live.samples is not None
    # both files hold the same cross, and so its noise and all that is between
    np.testing.assert_allclose(live.samples[0], live.samples[2], atol=1e-4)


def test_points_go_to_their_noise_and_back_beside_the_exact_flow(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = turned(window, qtbot)
    window.navigator.choose_task("invert-points")
    name = run(window, qtbot, steps=5, count=40)
    stage, plot = window.desk.stage, points.sheet.view.plots
    assert (stage.last, stage.ends) == (10, ("data", "data again"))
    assert plot is points.plots
    qtbot.waitUntil(lambda: plot is not None and AWAY in points.curves._plots.distance.accessibleName(), timeout=SOON)
    assert "The points ended at a root mean square distance" in points.field_page.note.text()
    stage.move(5)
    assert len(points.field_page.fields) == 1
    form = window.panel.form
    assert form is not None
    form.set_values({"label": "3"})
    window.desk.actions["run.branch"].trigger()
    qtbot.waitUntil(lambda: stage.run != name and stage.finished, timeout=SOON)
    assert recipe(window, stage.run).options["label"] == "3"
    # all of them are of the third blob now
    live = stage.live
    assert live is not None
    assert live.samples is not None
    assert float(np.asarray(live.samples).std(axis=0).max()) < 0.5


def test_points_between_two_places_are_drawn(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    window.navigator.choose_task("interpolate-points")
    run(window, qtbot, steps=30, count=23, ends={"name": "places", "begin": "-1.4, 0", "end": "0, 1.4"})
    live = window.desk.stage.live
    assert live is not None
    assert live.samples is not None
    np.testing.assert_allclose(live.samples[[0, -1]], [[-1.4, 0], [0, 1.4]], atol=0.05)
    ways = window.spaces.find(Points).field._way(live, 30)
    np.testing.assert_array_equal(ways[-1], live.samples[::2][:12], "the paths go from one end to the other")
    form = window.panel.form
    assert form is not None
    form.set_values({"ends": {"name": "places", "begin": "here", "end": "1, 1"}})
    window.panel.changed.emit()
    assert window.runs.start() is None
    assert "“here” is no point of these data" in window.bar.sentence


def test_the_ends_of_a_way_are_dragged_on_the_canvas(qtbot: QtBot, opened: Opener) -> None:
    """Each drag is one step of undo, and numbers that are typed move the handle."""
    window = opened()
    points = turned(window, qtbot)
    window.navigator.choose_task("interpolate-points")
    field, form = points.field_page.fields[0], window.panel.form
    assert form is not None

    def shown() -> list[tuple[float, float]]:
        layer = field.layer(LAYER)
        return [item.place for item in layer.items] if isinstance(layer, HandleMarks) else []

    typical = [tuple(one) for one in far_apart(Ring()).tolist()]
    qtbot.waitUntil(lambda: shown() == typical, timeout=SOON)
    place = field.frame().place
    drag(field, place(*typical[1]), place(0.5, 0.0), place(0.0, -1.0))
    ends = form.values()["ends"]
    assert isinstance(ends, dict)
    assert ends["begin"] == ""
    np.testing.assert_allclose([float(x) for x in ends["end"].split(",")], (0.0, -1.0), atol=0.02)
    window.desk.actions["edit.undo"].trigger()
    assert shown() == typical
    filled(window, ends={"name": "places", "begin": "0.25, 0.75", "end": "-1, 0"})
    assert shown() == [(0.25, 0.75), (-1.0, 0.0)]
    filled(window, ends={"name": "seeds"})
    assert shown() == []
    # with data on a line there is one number, and dragging puts two of them right
    filled(window, ends={"name": "places", "begin": "0.25, 0.75", "end": "-1, 0"}, data={"name": "two-peaks"})
    qtbot.waitUntil(lambda: points.field_page.panels is points.field_page.line and
                    points.field_page.fields[0].layer(LAYER) is not None, timeout=SOON)
    line = points.field_page.fields[0]
    drag(line, line.frame().place(0.25, 0.0), line.frame().place(1.5, 0.3))
    ends = form.values()["ends"]
    assert isinstance(ends, dict)
    assert float(ends["begin"]) == pytest.approx(1.5, abs=0.05)
    window.navigator.choose_task("sample-points")
    assert points.field_page.fields[0].layer(LAYER) is None, "they belong to the form"


def test_places_among_own_points_are_in_their_numbers(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    people = np.random.default_rng(2).normal((172, 70), (6, 12), (120, 2))
    np.save(tmp_path / "people.npy", people)
    window = opened()
    points = turned(window, qtbot)
    window.navigator.choose_task("interpolate-points")
    window.drop.open(tmp_path / "people.npy")
    field, form, units = points.field_page.fields[0], window.panel.form, Cloud.of(people).units
    assert form is not None
    qtbot.waitUntil(lambda: isinstance(field.layer(LAYER), HandleMarks), timeout=SOON)
    marks = field.layer(LAYER)
    assert isinstance(marks, HandleMarks)
    for item in marks.items:
        assert np.abs(units.standard(people) - item.place).max(axis=1).min() < 1e-9, "one of the points"
    drag(field, field.frame().place(*marks.items[1].place), field.frame().place(*units.standard(np.array([180, 80]))))
    ends = form.values()["ends"]
    assert isinstance(ends, dict)
    np.testing.assert_allclose([float(x) for x in ends["end"].split(",")], (180, 80), atol=0.5)
    run(window, qtbot, steps=30, count=9)
    live = window.desk.stage.live
    assert live is not None
    assert live.samples is not None
    told = units.restored(live.samples)
    np.testing.assert_allclose(told[-1], (180, 80), atol=2)
    np.testing.assert_allclose(told[0], units.restored(np.array(marks.items[0].place)), atol=2)


def test_a_way_of_noise_that_leaves_the_canvas_is_seen_whole(qtbot: QtBot, opened: Opener) -> None:
    """As that of places is which lie off the data; on the canvas, and on the tiles of the film."""
    window = opened()
    points = turned(window, qtbot)
    window.navigator.choose_task("interpolate-points")
    field, usual = points.field_page.fields[0], points.field_page.plane.plane.extent
    run(window, qtbot, steps=12, count=50)
    assert points.field_page.plane.plane.extent == usual
    run(window, qtbot, steps=12, count=50, ends={"name": "places", "begin": "-3, 0", "end": "0, 3.5"})
    window.desk.stage.move(0)
    layer = field.layer("particles")
    assert isinstance(layer, Particles)
    far = np.abs(layer.points).max()
    assert far > usual[2]
    assert field.plate().contains(field.frame().rect((-far, -far, far, far)))
    assert points.subjects.extent()[2] >= far
    tile = points.film(0)
    assert tile is not None
    shown = from_qimage(tile)[..., 0].astype(int)
    assert (np.abs(shown - shown[0, 0]) > 40).sum() > 40, "so many points are not on a few pixels"
    window.navigator.choose_task("sample-points")
    run(window, qtbot, steps=4, count=50)
    assert points.field_page.plane.plane.extent == usual
