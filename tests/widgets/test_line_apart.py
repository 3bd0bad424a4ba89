"""The line of work that goes on beside the queue."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from tests.widgets.test_lists import RUNNING, jobs, line


def test_a_line_beside_the_queue_is_shown_at_a_click_and_can_be_stopped_only(qtbot: QtBot) -> None:
    """It is neither paused nor moved, as it is not in the queue."""
    made = jobs(qtbot)
    made.set_rows([replace(RUNNING, apart=True)])
    first = line(made, "Inpaint")
    with qtbot.waitSignal(made.show_asked) as shown:
        qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert shown.args == ["1"]
    assert [b.accessibleName() for b in first.findChildren(QToolButton) if b.isVisible()] == ["Stop"]
    assert [action.text() for action in first.menu().actions()] == ["Show", "Stop"]
