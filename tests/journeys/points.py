"""What the journeys of points begin with: the workspace, a run, a field."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON
from tests.journeys.window import Window
from workbench.workspaces.points import Points


def turned(window: Window, qtbot: QtBot) -> Points:
    """Turn to the workspace by its tab."""
    qtbot.mouseClick(window.top.tabs.button("points"), Qt.MouseButton.LeftButton)
    return window.spaces.find(Points)


def run(window: Window, qtbot: QtBot, **values: object) -> str:
    """Fill the form and press Run; gives the run once it is over and the canvas shows all of it."""
    filled(window, **values)
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON) as ended:
        qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.navigator.follower.caught_up, timeout=SOON)
    return str(ended.args[0])


def filled(window: Window, **values: object) -> None:
    """Fill the form."""
    form = window.panel.form
    assert form is not None
    form.set_values(values)
    window.panel.changed.emit()
