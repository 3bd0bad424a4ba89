"""The panes of a pair: side by side, or one alone."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF
from pytestqt.qtbot import QtBot

from tests.widgets.pointer import send
from widgets.drawing.pixmaps import Pyramid
from widgets.masks.picture_canvas import PictureCanvas
from widgets.pictures.image_view import ImageView
from workbench.pages.panes import ALL, INPUT, MEASURED, RESULT, Panes

PICTURE = np.zeros((64, 64, 3), np.uint8)


@pytest.fixture
def panes(qtbot: QtBot) -> Panes:
    left = PictureCanvas("Input")
    left.set_masking(False)
    made = Panes(left, ImageView("Measured"), ImageView("Result"))
    qtbot.addWidget(made)
    for view in made.views.values():
        view.set_image(Pyramid.of(PICTURE))
        view.share(left.viewport)
    made.resize(700, 380)
    made.show()
    return made


def twice(panes: Panes, name: str) -> None:
    """A double click into the middle of a view."""
    view = panes.views[name]
    send(view, QEvent.Type.MouseButtonDblClick, QPointF(view.rect().center()))


def seen(panes: Panes) -> list[str]:
    return [name for name, view in panes.views.items() if view.isVisible()]


def test_what_was_measured_has_a_pane_only_where_there_is_something(panes: Panes) -> None:
    assert seen(panes) == [INPUT, RESULT]
    assert not panes.choice.isVisible()
    panes.show_middle(True)
    assert seen(panes) == [INPUT, MEASURED, RESULT]
    assert panes.choice.isVisible()


def test_one_alone_has_all_of_the_room_and_a_double_click_brings_the_others_back(qtbot: QtBot, panes: Panes) -> None:
    panes.show_middle(True)
    qtbot.waitUntil(lambda: panes.views[MEASURED].width() < 240)
    small = panes.views[MEASURED].image_rect().width()
    with qtbot.waitSignal(panes.alone_changed, check_params_cb=lambda name: name == MEASURED):
        twice(panes, MEASURED)
    assert seen(panes) == [MEASURED]
    qtbot.waitUntil(lambda: panes.views[MEASURED].width() == panes.width())
    assert panes.views[MEASURED].image_rect().width() > 1.3 * small
    assert panes.views[MEASURED].image_rect().center().x() == pytest.approx(panes.width() / 2, abs=1)
    twice(panes, MEASURED)
    assert seen(panes) == [INPUT, MEASURED, RESULT]


def test_the_row_goes_from_one_to_the_other_at_the_same_place(qtbot: QtBot, panes: Panes) -> None:
    panes.show_middle(True)
    panes.choice.pick(RESULT)
    qtbot.waitUntil(lambda: panes.views[RESULT].width() == panes.width())
    panes.views[RESULT].zoom_by(3.0, QPointF(200, 100))
    before = panes.views[RESULT].image_rect()
    panes.choice.pick(MEASURED)
    assert (panes.choice.value(), seen(panes)) == (MEASURED, [MEASURED])
    qtbot.waitUntil(lambda: panes.views[MEASURED].width() == panes.width())
    assert panes.views[MEASURED].image_rect() == before


def test_when_what_was_measured_goes_all_that_is_left_is_shown(panes: Panes) -> None:
    panes.show_middle(True)
    panes.show_alone(MEASURED)
    panes.show_middle(False)
    assert (panes.alone, seen(panes)) == (ALL, [INPUT, RESULT])
    panes.show_alone(MEASURED)
    assert panes.alone == ALL, "there is nothing to show alone"


def test_two_dabs_on_an_input_that_is_painted_are_two_dabs(panes: Panes) -> None:
    canvas = panes.views[INPUT]
    assert isinstance(canvas, PictureCanvas)
    canvas.set_masking(True)
    twice(panes, INPUT)
    assert panes.alone == ALL
    canvas.set_masking(False)
    twice(panes, INPUT)
    assert panes.alone == INPUT


def test_a_key_shows_one_alone(panes: Panes) -> None:
    """The result, unless it is on what was measured; the input as long as there is no result."""
    panes.show_middle(True)
    panes.toggle()
    assert panes.alone == RESULT
    panes.toggle()
    assert panes.alone == ALL
    panes.views[MEASURED].setFocus()
    panes.toggle()
    assert panes.alone == MEASURED
    panes.toggle()
    panes.views[INPUT].setFocus()
    panes.views[RESULT].set_image(None)
    panes.toggle()
    assert panes.alone == INPUT
