"""The handles of places are in the numbers of the form's data, and rest while what is true of these is made."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import filled, run, turned
from tests.journeys.window import Window
from widgets.fields.axes import Axes
from widgets.fields.handles import LAYER, HandleMarks
from widgets.fields.particles import Particles
from workbench.fields.frames import EXTENT
from workbench.home import Home
from workbench.workspaces.points import Points


def tables(folder: Path) -> list[Path]:
    """Two tables of people, the second of others."""
    found = [folder / f"{name}.npy" for name in ("people", "others")]
    for k, file in enumerate(found):
        np.save(file, np.random.default_rng(k).normal((172 - 10 * k, 70), (6, 12), (120, 2)))
    return found


def shown(points: Points) -> list[tuple[float, float]]:
    """Where the handles are."""
    layer = points.field_page.fields[0].layer(LAYER)
    return [item.place for item in layer.items] if isinstance(layer, HandleMarks) else []


def taken(qtbot: QtBot, window: Window, points: Points, file: Path) -> None:
    """Turn to the interpolation among the points of a file."""
    window.navigator.choose_task("interpolate-points")
    window.drop.open(file)
    qtbot.waitUntil(lambda: len(shown(points)) == 2 and not points.field.busy, timeout=SOON)


def test_places_have_no_handles_over_the_run_of_other_data(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """Their axes are not those of the form, neither of another set nor of another table."""
    window, (people, others) = opened(), tables(tmp_path)
    points = turned(window, qtbot)
    taken(qtbot, window, points, people)
    run(window, qtbot, steps=8, count=5)
    live, own = window.desk.stage.live, window.panel.values()["data"]
    assert len(shown(points)) == 2, "over its own run"
    filled(window, data={"name": "moons"}, ends={"name": "places", "begin": "0.5, 1", "end": "1, 0"})
    assert shown(points) == []
    filled(window, data=own, ends={"name": "places", "begin": "", "end": ""})
    qtbot.waitUntil(lambda: len(shown(points)) == 2, timeout=SOON)
    window.drop.open(others)
    qtbot.waitUntil(lambda: window.desk.stage.live is None and len(shown(points)) == 2, timeout=SOON)
    filled(window, ends={"name": "places", "begin": "160, 70", "end": "172, 70"})
    assert len(shown(points)) == 2
    window.desk.stage.show(live)
    assert shown(points) == []


def test_the_view_rests_while_what_is_true_on_another_path_is_made(qtbot: QtBot, opened: Opener,
                                                                    tmp_path: Path) -> None:
    """Extent, axes, handles, points and what is said of those that are not in sight are of the data alone."""
    window, file = opened(), tmp_path / "far.npy"
    rows = np.random.default_rng(0).normal((172, 70), 6, (3000, 2))
    rows[:8] += [[600 * np.cos(k), 500 * np.sin(k)] for k in range(8)]
    np.save(file, rows)
    points = turned(window, qtbot)
    taken(qtbot, window, points, file)
    page = points.field_page

    def seen() -> list[object]:
        subject = points.subjects.subject(None)
        axes = page.fields[0].layer("axes")
        assert isinstance(axes, Axes)
        assert isinstance(page.fields[0].layer("particles"), Particles)
        return [page.plane.plane.extent, axes.across.unit, axes.across.told(0), page.note.text(), shown(points),
                points.subjects.units(None, subject)]

    before = seen()
    assert page.plane.plane.extent[2] > EXTENT[2]
    assert "outside of the first view" in page.note.text()
    assert "small Gaussians stand in for its density." in page.note.text()
    filled(window, path={"name": "ve"})
    subject = points.subjects.subject(None)
    assert subject is not None
    assert points.subjects.store.truth(subject) is None, "it is being made"
    assert seen() == before
    qtbot.waitUntil(lambda: not points.field.busy, timeout=SOON)
    assert seen() == before


def test_places_of_a_session_before_there_were_own_numbers_stay_where_they_are(opened: Opener, home: Path) -> None:
    window = opened()
    window.navigator.choose_task("interpolate-points")
    filled(window, ends={"name": "places", "begin": "-1.4, 0", "end": "1, 1"})
    window.close()
    file = Home(home).session
    values = json.loads(file.read_text())
    del values["options"]["interpolate-points"]["ends"]["own"]  # as it was written then
    file.write_text(json.dumps(values))
    again = opened()
    assert again.panel.task == "interpolate-points"
    assert again.panel.values()["ends"] == {"name": "places", "begin": "-1.4, 0", "end": "1, 1", "own": False}
