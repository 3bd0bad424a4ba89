"""Where the options scroll, the edge above the buttons cuts none of them in two."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QScrollArea, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from tests.journeys.window import Window
from widgets.options.rows import FormRow


@pytest.mark.parametrize("task", ["generate", "inpaint", "edit", "noise", "train"])
def test_no_option_is_cut_in_two(shared: Window, task: str) -> None:
    """In windows of any height, at the top of the form."""
    shared.navigator.choose_task(task)
    area = shared.panel.findChildren(QScrollArea)[0]
    form = shared.panel.forms[task]
    for height in range(700, 960, 13):
        shared.resize(1280, height)
        for _ in range(5):
            QApplication.processEvents()
        edge = area.viewport().height()
        for row in form.findChildren(FormRow):
            if row.editor.isVisibleTo(form):
                top = row.editor.mapTo(area.viewport(), row.editor.rect().topLeft()).y()
                assert not top < edge < top + row.editor.height(), (row.spec.name, height)


@pytest.mark.parametrize("task", ["sample-points", "invert-points", "bound", "generate"])
def test_where_the_options_scroll_nothing_is_left_empty_under_the_buttons(shared: Window, task: str) -> None:
    """The equation below has the room that is too little for one more option."""
    shared.navigator.choose_task(task)
    for height in (760, 800, 830, 870):
        shared.resize(1280, height)
        for _ in range(10):
            QApplication.processEvents()
        panel = shared.panel
        assert panel.run.mapTo(panel, QPoint(0, panel.run.height())).y() >= panel.height() - 24, height


def test_what_is_unfolded_is_scrolled_into_sight(qtbot: QtBot, shared: Window) -> None:
    """With its heading, in a window where the form has no room for all."""
    shared.navigator.choose_task("inpaint")
    shared.resize(1280, 1000)
    area, form = shared.panel.findChildren(QScrollArea)[0], shared.panel.forms["inpaint"]
    more = next(button for button in form.findChildren(QToolButton) if button.text() == "More")
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)

    def seen(widget: QWidget) -> bool:
        top = widget.mapTo(area.viewport(), QPoint(0, 0)).y()
        return top >= 0 and top + widget.height() <= area.viewport().height()

    last = form.row("crop_side")
    assert last is not None
    qtbot.waitUntil(lambda: seen(more) and seen(last.editor))
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
