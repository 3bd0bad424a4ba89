"""Many own points: they are read, checked and kept beside the window."""

from __future__ import annotations

import threading
from collections.abc import Callable
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
