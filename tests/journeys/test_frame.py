"""The frame of the window: what must be seen at each size, names, keyboard focus and the order of Tab."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from tests.journeys.test_images import SOON, Opener, fill, picture, press_run
from widgets.controls.readout import Readout
from workbench.eye_order import ROW
from workbench.pages.images_page import Mode
from workbench.window import MainWindow

SIZES = ((1280, 800), (1440, 900), (1920, 1080))
# the methods with the most formulas and terms that each task can have
RUNS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("generate", {"steps": 2, "count": 2, "sampler": {"name": "ddim", "eta": 1.0}, "guidance": 2.0}),
    ("inpaint", {"steps": 4, "count": 2, "label": "3", "method": {"name": "repaint", "jump": 2, "resample": 2}}),
    ("inpaint", {"steps": 2, "count": 2, "label": "3", "method": {"name": "dps"}, "sampler": {"name": "ddim"}}),
    ("edit", {"steps": 4, "count": 2, "label": "3", "sampler": {"name": "ddim", "eta": 1.0}}),
    ("noise", {"steps": 4, "size": 28}),
)


def with_picture(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    """A picture with a hole on the canvas."""
    window.drop.open(picture(folder))
    qtbot.waitUntil(lambda: window.images.mode is Mode.PAIR, timeout=SOON)
    size = window.images.input.image_size
    mask = np.zeros((size.height(), size.width()), np.float32)
    mask[2:6, 2:6] = 1
    window.images.input.set_mask(mask)


def whole(scroll: QScrollArea) -> bool:
    """Whether all that an area holds is seen without scrolling."""
    return scroll.verticalScrollBar().maximum() == 0 and scroll.horizontalScrollBar().maximum() == 0


def area(panel: QWidget) -> QScrollArea:
    """The area that scrolls in a panel."""
    return panel.findChildren(QScrollArea)[0]


def test_formulas_terms_and_the_button_are_always_seen(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """At every size the equation is whole and the button there; from 1440×900 on the form is whole as well."""
    window = opened()
    with_picture(qtbot, window, tmp_path)
    for task, options in RUNS:
        fill(window, task, options)
        press_run(qtbot, window)
        for width, height in SIZES:
            window.resize(width, height)
            view, form = window.equation.view, area(window.panel)
            qtbot.waitUntil(lambda view=view: whole(area(window.equation)) and view.height() >= view.minimumSizeHint()
                            .height())
            bottom = window.panel.run.mapTo(window, QPoint(0, window.panel.run.height())).y()
            assert window.panel.run.isVisible()
            assert bottom <= window.equation.geometry().top()
            if width >= 1440:
                qtbot.waitUntil(lambda form=form: whole(form))


def tabbed(qtbot: QtBot, window: MainWindow) -> list[QWidget]:
    """What Tab reaches, in its order, from the first control of the window."""
    qtbot.waitUntil(lambda: window.isActiveWindow() and area(window.panel).height() > 200 and whole(area(window.panel)))
    window.top.tabs.button(window.top.tabs.value()).setFocus()
    found = list[QWidget]()
    while (now := QApplication.focusWidget()) is not None and now not in found:
        found.append(now)
        qtbot.keyClick(now, Qt.Key.Key_Tab)
    assert now is found[0]
    qtbot.keyClick(found[0], Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is found[-1]
    return found


def named(widget: QWidget) -> str:
    """What a screen reader says of a widget."""
    text = widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""
    return widget.accessibleName() or text or widget.windowTitle()


def seen(window: MainWindow, widget: QWidget) -> np.ndarray:
    """The pixels of a widget and a little around it."""
    box = widget.rect().translated(widget.mapTo(window, QPoint(0, 0))).adjusted(-3, -3, 3, 3).intersected(window.rect())
    image = window.grab(box).toImage()
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)[:, : 4 * image.width()].copy()


@pytest.mark.parametrize("task", ["generate", "inpaint", "train"])
def test_every_control_has_a_name_and_shows_its_focus(qtbot: QtBot, opened: Opener, tmp_path: Path, task: str) -> None:
    """Whatever Tab reaches says what it is, and looks otherwise while it has the focus."""
    window = opened()
    if task == "inpaint":
        with_picture(qtbot, window, tmp_path)
    window.navigator.choose_task(task)
    window.resize(1440, 900)
    nameless, unseen = list[str](), list[str]()
    for widget in tabbed(qtbot, window):
        what = f"{type(widget).__name__} {widget.objectName()} {named(widget)!r}"
        if not named(widget):
            nameless.append(what)
        window.top.setFocus(Qt.FocusReason.OtherFocusReason)
        focused = QApplication.focusWidget()
        if focused is not None:
            focused.clearFocus()
        without = seen(window, widget)
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        if not (seen(window, widget) != without).any():
            unseen.append(what)
    assert not nameless
    assert not unseen


def test_tab_follows_the_eye(qtbot: QtBot, opened: Opener) -> None:
    """Top bar, library, tool strip and canvas, form, then the bottom from left to right; inside the form downwards."""
    window = opened()
    window.resize(1440, 900)
    order = tabbed(qtbot, window)
    parts = (window.top, window.left, window.images, window.task, window.equation, window.timeline, window.plots,
             window.jobs)
    places = [next((k for k, part in enumerate(parts) if part.isAncestorOf(widget)), -1) for widget in order]
    assert places == sorted(places)
    assert set(places) >= {0, 1, 2, 3, 5}
    inside = [widget.mapTo(window, QPoint(0, widget.height() // 2)).y() for widget in order
              if window.panel.isAncestorOf(widget)]
    assert all(after >= before - ROW for before, after in pairwise(inside))


def test_what_goes_leaves_the_keyboard_to_the_window(qtbot: QtBot, opened: Opener) -> None:
    """Not to whatever stands next, which Space would press."""
    window = opened()
    button = window.panel.run
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    button.hide()
    assert window.focusWidget() is window


@pytest.mark.parametrize("task", ["generate", "inpaint", "edit", "noise", "train"])
def test_no_words_are_cut_on_a_small_screen(qtbot: QtBot, opened: Opener, tmp_path: Path, task: str) -> None:
    """At 1280×800 every label and button has the room its words need."""
    window = opened()
    if task not in {"generate", "train"}:
        with_picture(qtbot, window, tmp_path)
    window.navigator.choose_task(task)
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: window.jobs.geometry().right() == 1279)
    try:
        qtbot.waitUntil(lambda: not cut_words(window))
    except TimeoutError:
        pytest.fail("; ".join(cut_words(window)))


def cut_words(window: MainWindow) -> list[str]:
    """The visible words that have less room than they need."""
    found = list[str]()
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, QLabel | QAbstractButton | Readout):
            continue
        wraps = isinstance(widget, QLabel) and widget.wordWrap()
        if not wraps and widget.text() and widget.width() < widget.sizeHint().width() - 1:
            found.append(f"“{widget.text()}” has {widget.width()} of {widget.sizeHint().width()} px")
    return found
