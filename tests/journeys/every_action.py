"""Every action of a window, once, in a state that is brought about again before each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QDialog, QMenu
from pytestqt.qtbot import QtBot

from tests.journeys.test_images import SOON, fill, picture, press_run
from tests.journeys.window import Window

ENDING = frozenset({"file.quit"})  # after it there is no window


def close_all(window: Window) -> None:
    """Take away what an action opened."""
    for dialog in window.findChildren(QDialog):
        dialog.close()
    for menu in window.findChildren(QMenu):
        menu.close()
        menu.setProperty("popped", False)
    window.help.palette.hide()
    window.help.shortcuts.hide()
    window.timeline.scrubber.pause()
    window.runs.stopping.stop_all()
    window.bar.dismiss()
    window.desk.say("")


def seen(window: Window) -> tuple[str, bytes]:
    """What a user has before the eyes: every sentence and every pixel of the window, and the clipboard behind it.

    Of the status line only the sentence: its figures change by themselves.
    """
    board = QGuiApplication.clipboard().mimeData()
    copied = (board.text(), board.hasImage()) if board else ("", False)
    shown = sorted((type(w).__name__, w.windowTitle()) for w in QApplication.topLevelWidgets() if w.isVisible())
    picture = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    menus = [menu.title() for menu in window.findChildren(QMenu) if menu.property("popped")]
    return repr((window.status.sentence, window.bar.sentence, copied, shown, menus)), bytes(picture.constBits())


def answers(qtbot: QtBot, window: Window, before: tuple[str, bytes]) -> bool:
    """Whether anything is other than it was: at once, or when all beside the window is done: some ask the disk first.
    """
    QApplication.processEvents()
    if seen(window) != before:
        return True
    qtbot.waitUntil(lambda: not window.background.busy, timeout=SOON)
    QApplication.processEvents()
    return seen(window) != before


def walk(qtbot: QtBot, window: Window, stand: Callable[[], object]) -> list[str]:
    """Trigger every action once, with everything as `stand` makes it; returns those that did nothing visible.

    One that is disabled says so itself: it is grey wherever it can be seen.
    """
    silent = list[str]()
    names = [spec.name for spec, _ in window.desk.actions if spec.name not in ENDING]
    assert len(names) > 50
    window.status.hide()
    for name in names:
        stand()
        close_all(window)
        qtbot.waitUntil(lambda: not window.desk.queue.alive() and not window.background.busy, timeout=SOON)
        window.setFocus()  # away from fields, whose carets would blink
        QApplication.processEvents()
        before = seen(window)
        window.desk.actions[name].trigger()
        if not answers(qtbot, window, before) and window.desk.actions[name].isEnabled():
            silent.append(name)
    close_all(window)
    return silent


def stand_of(qtbot: QtBot, window: Window, state: str, folder: Path) -> Callable[[], object]:
    """What brings a state of the window about, again and again."""
    if state == "empty":
        return lambda: (window.navigator.choose_task("generate"), window.desk.stage.show(None))
    if state == "train":
        return lambda: window.navigator.choose_workspace("train")
    if state == "picture":
        file = picture(folder)
        return lambda: (window.navigator.choose_task("inpaint"), window.drop.open(file))
    fill(window, *{"run": ("generate", {"steps": 4, "count": 2}), "points": ("sample-points", {"steps": 4})}[state])
    run = press_run(qtbot, window)

    def show() -> None:
        window.desk.library.restore([run])
        window.navigator.show_run(run, fill=False)
        qtbot.waitUntil(lambda: window.desk.stage.run == run and window.desk.stage.recorded, timeout=SOON)
        window.desk.stage.move(2)

    return show
