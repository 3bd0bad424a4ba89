"""Where a canvas looks and what it is painted with is kept once the hand rests, and without a word."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.test_session import saved
from tests.journeys.window import Window
from workbench.workspaces.points import Points

LOOKS: dict[str, Callable[[Window], object]] = {
    "the points": lambda window: window.spaces.find(Points).field_page.plane.plane.move(3.0, (0.5, -0.25)),
    "the brush of points": lambda window: window.spaces.find(Points).field_page.spray.sized.emit(31.0),
    "a picture": lambda window: window.images.alone.move(3.0, QPointF(4, 4)),
    "the brush of a picture": lambda window: window.images.input.brush_changed.emit(9.0, 0.5)}


@pytest.mark.parametrize("what", LOOKS)
def test_a_look_is_kept_without_a_word(qtbot: QtBot, opened: Opener, what: str) -> None:
    window = opened()
    saved(qtbot, window)
    said = list[str]()
    window.session.told = lambda words, _more="": said.append(words)
    LOOKS[what](window)
    assert window.session._soon.isActive(), "it is kept a moment later"
    assert said == []


def test_a_zoom_is_found_in_the_session_once_it_rests(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    file = saved(qtbot, window)
    LOOKS["the points"](window)
    qtbot.waitUntil(lambda: json.loads(file.read_text())["places"]["points"]["views"]["field"]["plane"][:1] == [3.0],
                    timeout=SOON)
