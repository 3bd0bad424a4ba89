"""The film strip of points goes as far as the canvas, as soon as that knows how far the data lie."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import run, turned
from widgets.fields import point_tile as tiles
from workbench.controllers.points import export
from workbench.fields.frames import EXTENT
from workbench.fields.own_rows import Rows

LONG = np.random.default_rng(4).standard_t(2, size=(200, 2)) * (1.0, 20.0)  # some lie far out


def test_tiles_show_what_the_canvas_shows(qtbot: QtBot, opened: Opener, tmp_path: Path,
                                          monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that were made before the data were known are made anew."""
    window = opened()
    points = turned(window, qtbot)
    (tmp_path / "long.csv").write_text("\n".join(f"{x},{y}" for x, y in LONG))
    window.drop.open(tmp_path / "long.csv")
    run(window, qtbot, steps=4, count=50)
    page, film, boxes = points.field_page, window.timeline.film, list[object]()
    qtbot.waitUntil(lambda: page.far(line=False) > 1.2 * EXTENT[2], timeout=SOON)

    def noted(states: np.ndarray, box: tuple[float, float, float, float], *rest: object) -> QImage:
        boxes.append(box)
        return tiles.point_tile(states, box, page.plane.theme)

    monkeypatch.setattr(export, "point_tile", noted)
    far = page.far(line=False)
    with monkeypatch.context() as patch:
        patch.setattr(points.field.subjects, "rows", lambda _subject: Rows())
        points.field.draw()
        film.grab()
        assert set(boxes) == {EXTENT}
    boxes.clear()
    points.field.draw()
    film.grab()
    assert set(boxes) == {(-far, -far, far, far)}
    boxes.clear()
    points.field.draw()
    film.grab()
    assert not boxes, "while the canvas stays, so do they"
