"""Where the docks stand: the form first, then the equation; and the way back to it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from widgets.controls.film_strip import FilmStrip
from widgets.controls.step_scrubber import StepScrubber
from widgets.lists.branch_tree import ROW, SHOWN, Branch, BranchTree
from workbench import floating
from workbench.floating import on_screen, within
from workbench.home import Home
from workbench.layout import fit_screen, least, need
from workbench.window import MainWindow

LEAST = 0.56  # of the column: the share of a form, less the row that would be cut in two


def opened(qtbot: QtBot, home: Path) -> MainWindow:
    """The window with its forms, at the size of a small screen."""
    window = MainWindow(Home(home), autostart=False)
    qtbot.addWidget(window)
    window.resize(1280, 780)
    window.show()
    with qtbot.waitSignal(window.desk.queue.ready):
        window.start()
    return window


def test_the_form_gets_what_the_equation_leaves(qtbot: QtBot, home: Path) -> None:
    """Where there is room the form needs no scrolling; where there is none it gives way, down to its share."""
    window = opened(qtbot, home)
    formula = r"x_s = \term{prior}{\alpha_s \hat x_0} + \term{noise}{\sqrt{v}\,z}"
    try:
        qtbot.waitUntil(lambda: window.task.height() == need(window.task))
        assert window.equation.height() >= least(window.equation)
        for count, low in ((3, False), (4, False), (40, True)):
            window.equation.view.set_equation([formula] * count, [("prior", "Prior step"), ("noise", "Fresh noise")])
            needed = least(window.equation)
            qtbot.waitUntil(lambda needed=needed, low=low: low or window.equation.height() >= needed)
            qtbot.waitUntil(lambda: window.task.height() >= (window.task.height() + window.equation.height()) * LEAST)
        window.equation.view.set_equation((), ())
        window.resize(1920, 1080)
        qtbot.waitUntil(lambda: window.task.height() == need(window.task))
        window.navigator.choose_task("inpaint")
        qtbot.waitUntil(lambda: window.task.height() == need(window.task))
    finally:
        window.close()


def test_an_edge_that_is_held_stays_under_the_pointer(qtbot: QtBot, home: Path) -> None:
    """Another formula changes the height that the equation wants; meanwhile the user drags the edge of the library."""
    window = opened(qtbot, home)
    try:
        qtbot.waitUntil(lambda: window.task.height() == need(window.task))
        edge = QPoint(window.left.geometry().right() + 1, window.left.geometry().center().y())
        qtbot.mousePress(window, Qt.MouseButton.LeftButton, pos=edge)
        for moved in (20, 42):
            qtbot.mouseMove(window, edge + QPoint(moved, 0))
        qtbot.waitUntil(lambda: window.left.width() == 290)
        window.keeper.keep()
        assert window.left.width() == 290
        qtbot.mouseRelease(window, Qt.MouseButton.LeftButton, pos=edge + QPoint(42, 0))
        qtbot.waitUntil(lambda: window.keeper.wanted.left == 290)
        window.keeper.keep()
        assert window.left.width() == 290
    finally:
        window.close()


def test_reset_after_hiding_and_widening_is_the_first_layout(qtbot: QtBot, home: Path) -> None:
    """A panel hidden, a panel widened, the program started again: reset brings every size back."""
    window = opened(qtbot, home)
    docks = (window.left, window.task, window.equation, window.timeline, window.plots, window.jobs)
    qtbot.waitUntil(lambda: window.task.height() == need(window.task))
    before = [dock.geometry() for dock in docks]
    window.keeper.wanted.left = 290
    window.keeper.keep()
    qtbot.waitUntil(lambda: window.left.width() == 290)
    window.equation.hide()
    window.close()
    again = opened(qtbot, home)
    try:
        qtbot.waitUntil(lambda: again.left.width() == 290)
        again.resize(1280, 780)
        again.desk.actions["view.reset"].trigger()
        docks = (again.left, again.task, again.equation, again.timeline, again.plots, again.jobs)
        qtbot.waitUntil(lambda: [dock.geometry() for dock in docks] == before)
    finally:
        again.close()


def test_a_window_larger_than_its_screen_is_maximised(qtbot: QtBot) -> None:
    """Frame included: a window of exactly the screen's size would hide its status line."""
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(window.screen().availableGeometry().size())
    fit_screen(window)
    assert window.isMaximized()
    small = QMainWindow()
    qtbot.addWidget(small)
    small.resize(300, 200)
    fit_screen(small)
    assert not small.isMaximized()


def test_the_slider_stays_while_branches_come(qtbot: QtBot) -> None:
    """The film gives up what the tree needs, down to three rows; further branches scroll inside the tree."""
    scrubber, tree, film = StepScrubber(), BranchTree(), FilmStrip()
    for strip in (tree, film):
        scrubber.add_strip(strip)
    qtbot.addWidget(scrubber)
    scrubber.resize(700, 196)
    scrubber.show()
    places, films = set[int](), list[int]()
    for count in range(1, 3 * SHOWN):
        runs = [Branch("0", "run"), *(Branch(str(k), f"branch {k}", 0.4, 0.4, "0") for k in range(1, count))]
        tree.set_branches(runs, str(count - 1))
        qtbot.waitUntil(lambda count=count: tree.height() == min(count, SHOWN) * ROW + 4 == film.y() - tree.y() - 2)
        places.add(scrubber.slider.y())
        films.append(film.height())
        assert 0 < tree._y(count - 1) < tree.height()
    assert len(places) == 1
    assert films == sorted(films, reverse=True)
    assert films[0] > films[-1] >= 50


def test_a_window_of_a_panel_comes_back_inside_of_a_smaller_screen() -> None:
    room = QRect(0, 0, 1280, 800)
    assert within(QRect(900, 500, 980, 620), room) == QRect(300, 180, 980, 620)
    assert within(QRect(-50, 10, 2000, 100), room) == QRect(0, 10, 1280, 100)
    assert within(QRect(5, 6, 70, 80), room) == QRect(5, 6, 70, 80)


class Screen(NamedTuple):
    """One of those that `QGuiApplication` tells of."""

    room: QRect

    def availableGeometry(self) -> QRect:
        """All of it."""
        return self.room


SCREENS = Screen(QRect(0, 0, 1920, 1080)), Screen(QRect(1920, 0, 1920, 1080))


def screen_at(point: QPoint) -> Screen | None:
    """The one at a point, of two side by side."""
    return next((screen for screen in SCREENS if screen.room.contains(point)), None)


def test_a_panel_on_another_screen_stays_there_and_one_on_none_comes_to_the_window(
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floating.QGuiApplication, "screenAt", screen_at)
    window = QRect(100, 100, 1200, 800)
    there = QRect(2400, 200, 500, 400)
    assert on_screen(there, window) == there
    assert on_screen(QRect(3500, 200, 500, 400), window) == QRect(3340, 200, 500, 400)
    assert on_screen(QRect(5000, 200, 500, 400), window) == QRect(1420, 200, 500, 400)
    assert on_screen(QRect(100, 700, 500, 500), QRect(100, 100, 1200, 1100)) == QRect(100, 700, 500, 500)
