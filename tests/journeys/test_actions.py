"""Every action of the window, once in each state: none fails or does nothing without a word; menus, drops, options."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import Opener
from tests.journeys.every_action import stand_of, walk
from tests.journeys.test_images import SOON, fill, picture, press_run
from tests.journeys.window import Window
from workbench.pages.images_page import Mode

pytestmark = pytest.mark.usefixtures("alone")


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # said of popups by the offscreen platform
@pytest.mark.parametrize("state", ["empty", "picture", "train"])
def test_no_action_fails_or_is_silent(qtbot: QtBot, opened: Opener, tmp_path: Path, state: str) -> None:
    """On an empty window, with a picture, in Train: each shows or says something."""
    window = opened()
    QGuiApplication.clipboard().clear()
    silent = walk(qtbot, window, stand_of(qtbot, window, state, tmp_path))  # an error in any of them fails it too
    assert not silent, ", ".join(silent)


def drop(window: Window, data: QMimeData) -> bool:
    """Drop something on the window as the platform does; False when the drag was refused."""
    action, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(400, 300), action, data, left, none)
    enter.setAccepted(False)
    QApplication.sendEvent(window, enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(window, QDropEvent(QPointF(400, 300), action, data, left, none))
    return True


def test_whatever_is_dropped_is_opened_or_refused_in_words(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """A picture, a preset, something that is no model, a text; a drag of plain words is not taken."""
    window = opened()

    def files(path: Path) -> QMimeData:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        return data

    assert drop(window, files(picture(tmp_path)))
    qtbot.waitUntil(lambda: window.images.mode is Mode.PAIR, timeout=SOON)
    for name, text in (("a.toml", "task = 'nothing'\n"), ("a.safetensors", "none"), ("a.txt", "words")):
        (tmp_path / name).write_text(text)
        window.bar.dismiss()
        assert drop(window, files(tmp_path / name))
        qtbot.waitUntil(lambda: bool(window.bar.sentence), timeout=SOON)
    words = QMimeData()
    words.setText("words")
    assert not drop(window, words)


def test_a_menu_greys_what_has_nothing_to_act_on(qtbot: QtBot, opened: Opener) -> None:
    """Only while it is open, so that a key still says what is missing; undo names what it undoes."""
    window = opened()
    actions, menu = window.desk.actions, window.top.menus.findChildren(QMenu)
    edit = next(m for m in menu if m.objectName() == "menu-edit")
    edit.aboutToShow.emit()
    assert not any(actions[name].isEnabled() for name in ("edit.undo", "edit.save_mask", "library.star"))
    edit.aboutToHide.emit()
    assert actions["edit.undo"].isEnabled()
    undo = next(entry for entry in window.help.entries() if entry.title == "Undo")
    assert undo.lacks == "There is nothing to undo"
    fill(window, "generate", {"steps": 7})
    window.navigator.defaults()
    edit.aboutToShow.emit()
    assert actions["edit.undo"].isEnabled()
    assert actions["edit.undo"].text() == "Undo reset options"
    edit.aboutToHide.emit()
    assert actions["step.next"].text().endswith("\t→")
    entries = [action.text() for action in next(m for m in menu if m.objectName() == "menu-file").actions()]
    assert entries[0] == "Open picture…"


def test_options_that_a_run_replaces_come_back(qtbot: QtBot, opened: Opener) -> None:
    """Looking at another run takes its options into the form and says so; one undo brings back what was there."""
    window = opened()
    fill(window, "generate", {"steps": 3, "count": 1})
    run = press_run(qtbot, window)
    fill(window, "generate", {"steps": 9, "count": 5})
    window.navigator.show_run(run)
    qtbot.waitUntil(lambda: window.panel.values()["steps"] == 3, timeout=SOON)
    assert "Ctrl+Z brings yours back" in window.status.sentence
    window.desk.actions["edit.undo"].trigger()
    assert (window.panel.values()["steps"], window.panel.values()["count"]) == (9, 5)


def test_the_list_of_keys_has_those_of_the_wheel_too(opened: Opener) -> None:
    """Tools say them in their tips; who looks for keys finds them here."""
    window = opened()
    window.desk.actions["help.shortcuts"].trigger()
    words = [label.text() for label in window.help.shortcuts.findChildren(QLabel)]
    assert {"Ctrl+wheel", "Shift+wheel", "X"} <= set(words)
