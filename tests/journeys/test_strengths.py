"""All strengths of an edit in a strip, four methods side by side at the seam, and points brought back in the plane."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engines.shown import SEAM
from tests.journeys.bad import picture
from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import turned
from tests.journeys.test_images import fill, press_run
from widgets.drawing.pixmaps import from_qimage, to_bytes
from widgets.fields.projections import Projections
from workbench.workspaces.images import Images


def test_all_strengths_stand_in_a_strip_of_which_one_is_taken(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    window.navigator.choose_task("edit")
    window.drop.open(picture(tmp_path))
    fill(window, "edit", {"steps": 10, "strength": 0.5, "count": 1})
    space, stage, queue = window.spaces.find(Images), window.desk.stage, window.desk.queue
    strip = space.strengths.strip
    assert not strip.isVisible()
    with qtbot.waitSignal(queue.job_finished, timeout=SOON):
        window.desk.actions["run.strengths"].trigger()
    run = stage.run
    qtbot.waitUntil(lambda: stage.live is not None and stage.live.samples is not None and strip.count == 9,
                    timeout=SOON)
    assert window.desk.library.run(run).options["strengths"] == list(range(10, 100, 10))
    assert [strip.choice(k).caption for k in (0, 8)] == ["0.1", "0.9"]
    assert strip.isVisible()
    assert strip.position == pytest.approx(0.5)
    assert space.canvas.results.count == 0, "one strip is enough"

    strip.picked.emit(6)
    assert (window.panel.values()["strength"], stage.sample, strip.current) == (0.7, 6, 6)
    assert stage.live is not None
    assert stage.live.samples is not None
    shown = space.canvas.result.image
    assert shown is not None
    np.testing.assert_array_equal(from_qimage(shown), to_bytes(stage.live.samples[6]))
    window.desk.actions["edit.undo"].trigger()
    assert window.panel.values()["strength"] == 0.5

    other = press_run(qtbot, window)
    assert other != run
    assert strip.isVisible(), "it stays beside another run of the picture"
    assert strip.current == -1
    strip.picked.emit(2)
    qtbot.waitUntil(lambda: (stage.run, stage.sample) == (run, 2), timeout=SOON)
    assert window.panel.values()["strength"] == 0.3

    space.picture.take_sample()
    assert not strip.isVisible(), "it was of another picture"


def test_four_methods_are_compared_at_the_seam(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    window.navigator.choose_task("inpaint")
    window.drop.open(picture(tmp_path))
    fill(window, "inpaint", {"steps": 4, "count": 2, "method": {"name": "repaint", "jump": 2, "resample": 2}})
    space, library = window.spaces.find(Images), window.desk.library
    strip = space.methods.strip
    window.desk.actions["run.seam"].trigger()
    assert strip.count == 0, "there is no hole yet"
    hole = np.zeros((28, 28), np.float32)
    hole[10:18, 9:17] = 1
    space.canvas.input.set_mask(hole)
    window.desk.actions["run.seam"].trigger()
    assert strip.count == 4
    qtbot.waitUntil(lambda: all(strip.choice(k).picture is not None for k in range(4)), timeout=SOON)
    runs = [row.id for row in library.runs()][::-1]
    methods = [library.run(run).options["method"] for run in runs]
    assert [method["name"] for method in methods] == ["naive", "repaint", "repaint", "dps"]
    assert [method["resample"] for method in methods[1:3]] == [1, 2], "as it stands in the form"
    assert len({library.run(run).options["seed"] for run in runs}) == 1
    for k, run in enumerate(runs):
        assert strip.choice(k).caption.endswith(f" · {library.run(run).metrics[SEAM]:.3f}")

    strip.picked.emit(3)
    qtbot.waitUntil(lambda: window.desk.stage.run == runs[3], timeout=SOON)
    assert (window.panel.values()["method"]["name"], strip.current) == ("dps", 3)
    captions = [space.canvas.results.caption(k) for k in range(2)]
    found = [float(caption.rpartition("seam ")[2]) for caption in captions]
    assert np.mean(found) == pytest.approx(library.run(runs[3]).metrics[SEAM], abs=1e-3)
    assert f"seam {found[0]:.3f}" in space.canvas.result.caption()
    window.desk.stage.move(1)
    assert "seam of x̂_0" in space.canvas.result.caption()


def test_arrows_lead_from_points_to_where_they_are_brought(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = turned(window, qtbot)
    window.navigator.choose_task("project-points")
    fill(window, "project-points", {"steps": 20, "count": 3, "strengths": [10, 60], "data": {"name": "moons"}})
    press_run(qtbot, window)
    points.field_page.tools.bring_back(["paths"])
    stage, field = window.desk.stage, points.field_page.fields[0]
    qtbot.waitUntil(lambda: isinstance(field.layer("paths"), Projections), timeout=SOON)
    layer, live = field.layer("paths"), stage.live
    assert isinstance(layer, Projections)
    assert live is not None
    assert live.trajectory is not None
    assert live.samples is not None
    np.testing.assert_array_equal(layer.starts, live.trajectory.x(0)[:3])
    np.testing.assert_allclose(layer.ends, live.samples.reshape(2, 3, 2), rtol=1e-6)
    stage.move(5)
    assert not isinstance(field.layer("paths"), Projections)
