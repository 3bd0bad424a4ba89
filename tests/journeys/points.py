"""What the journeys of points begin with: the workspace, its form, a run."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON
from tests.journeys.window import Window
from widgets.options.editors import ChoiceEditor
from widgets.options.form import OptionForm
from workbench.workspaces.points import Points


def turned(window: Window, qtbot: QtBot) -> Points:
    """Turn to the workspace by its tab."""
    qtbot.mouseClick(window.top.tabs.button("points"), Qt.MouseButton.LeftButton)
    return window.spaces.find(Points)


def run(window: Window, qtbot: QtBot, **values: object) -> str:
    """Fill the form and press Run; gives the run once it is over and the canvas shows all of it."""
    filled(window, **values)
    job = over(window, qtbot, lambda: qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton))
    qtbot.waitUntil(lambda: window.navigator.follower.caught_up, timeout=SOON)
    return job


def over(window: Window, qtbot: QtBot, begin: Callable[[], object]) -> str:
    """Begin a run; gives it once all have heard that it is over, and not another one that ends meanwhile."""
    queue, begun = window.desk.queue, list[str]()
    hear = queue.job_added.connect(lambda run: begun.append(run))
    with qtbot.waitSignal(queue.job_finished, timeout=SOON, check_params_cb=lambda run: run in begun):
        begin()
    queue.job_added.disconnect(hear)
    return begun[0]


def filled(window: Window, **values: object) -> None:
    """Fill the form."""
    form_of(window).set_values(values)
    window.panel.changed.emit()


def form_of(window: Window) -> OptionForm:
    """The form that is shown."""
    form = window.panel.form
    assert form is not None
    return form


def chosen(window: Window, option: str, value: str) -> None:
    """Choose in a list of the form as a user does."""
    row = form_of(window).row(option)
    assert row is not None
    assert isinstance(row.editor, ChoiceEditor)
    at = row.editor.control.findData(value)
    assert at >= 0, f"{value} is not offered"
    row.editor.control.setCurrentIndex(at)
    row.editor.control.activated.emit(at)


def offered(window: Window, option: str) -> dict[str, str]:
    """What a list of the form offers, by value."""
    row = form_of(window).row(option)
    assert row is not None
    assert isinstance(row.editor, ChoiceEditor)
    control = row.editor.control
    return {str(control.itemData(k)): control.itemText(k) for k in range(control.count())}
