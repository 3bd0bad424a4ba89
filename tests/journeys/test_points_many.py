"""Many own points: they are read, checked and kept beside the window."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from engines.data.points.cloud import Cloud
from engines.modalities import own_points
from engines.modalities import points as tables
from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import offered, turned
from workbench.background import LARGE
from workbench.controllers.points.data import PointsDataController

ROWS = 20_000


def test_a_large_table_is_pasted_and_kept_beside_the_window(qtbot: QtBot, opened: Opener,
                                                            monkeypatch: pytest.MonkeyPatch) -> None:
    window = opened()
    points, here = turned(window, qtbot), list[str]()

    def watched(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            if threading.current_thread() is threading.main_thread():
                here.append(name)
            return work(*given)
        return call

    monkeypatch.setattr(tables, "read_points", watched("reading", tables.read_points))
    monkeypatch.setattr(own_points, "own_bytes", watched("packing", own_points.own_bytes))
    monkeypatch.setattr(Cloud, "of", watched("checking", Cloud.of))
    QGuiApplication.clipboard().setText("\n".join(f"{k % 7},{k / 100}" for k in range(ROWS)))
    points.data.paste()
    qtbot.waitUntil(lambda: points.data.kept_as == "clipboard", timeout=SOON)
    assert points.data.values is not None
    assert points.data.values.nbytes > LARGE
    assert here == []
    assert offered(window, "data.file") == {"points.npy": "clipboard"}
    window.close()
    back = turned(opened(), qtbot)
    qtbot.waitUntil(lambda: back.data.kept_as == "clipboard", timeout=SOON)
    np.testing.assert_array_equal(back.data.values, points.data.values)


def test_tables_that_are_opened_in_a_row_are_taken_in_that_order(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    data = turned(window, qtbot).data
    for name, rows in {"big": ROWS, "small": 9, "bad": 0}.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(f"{k % 7},{k / 100}" for k in range(rows)))
        window.drop.open(tmp_path / f"{name}.csv")
    assert data.values is None, "the first is still read"
    qtbot.waitUntil(lambda: "bad.csv" in window.bar.sentence, timeout=SOON)
    assert (data.title, _count(data)) == ("small.csv", 9)
    window.desk.actions["edit.undo"].trigger()
    assert (data.title, _count(data)) == ("big.csv", ROWS)
    window.drop.open(tmp_path / "small.csv")
    assert data.title == "small.csv", "one that comes alone is there at once"


def _count(data: PointsDataController) -> int:
    """Rows of the own points."""
    return 0 if data.values is None else len(data.values)
