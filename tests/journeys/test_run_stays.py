"""The buttons under a form stay where they are while its rows come and go, so that the next click meets them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.journeys.points import chosen
from tests.journeys.window import Window


def place(window: Window) -> int:
    """Where Run stands, once the layout has settled."""
    for _ in range(12):
        QApplication.processEvents()
    return window.panel.run.mapTo(window, QPoint(0, 0)).y()


@pytest.mark.parametrize("size", [(1280, 800), (1440, 900), (1920, 1080)])
def test_run_stays_when_rows_go_and_come_back(qtbot: QtBot, shared: Window, size: tuple[int, int]) -> None:
    shared.navigator.choose_task("sample-points")
    shared.navigator.defaults()
    shared.resize(*size)
    place(shared)
    chosen(shared, "sampler", "langevin")
    there = place(shared)
    for sampler in ("heun", "ddim", "langevin"):
        chosen(shared, "sampler", sampler)
        assert place(shared) == there, sampler


@pytest.mark.parametrize("size", [(1280, 800), (1440, 900), (1920, 1080)])
def test_one_line_under_the_buttons_moves_nothing(qtbot: QtBot, shared: Window, size: tuple[int, int]) -> None:
    """It has its room beforehand, be it what the run goes on from or what is wrong."""
    shared.navigator.choose_task("sample-points")
    shared.navigator.defaults()
    shared.resize(*size)
    there = place(shared)
    shared.panel.caution("One step is very few.")
    assert place(shared) == there
    shared.panel.caution("")
    shared.panel.say("Goes on from step 3 of this run.")
    assert place(shared) == there
    shared.panel.say("")
    assert place(shared) == there


def test_long_sentences_take_their_room_from_what_is_below(qtbot: QtBot, shared: Window) -> None:
    shared.navigator.choose_task("sample-points")
    shared.navigator.defaults()
    shared.resize(1920, 1080)
    there = place(shared)
    shared.panel.caution("A sentence on what turns out poor. " * 4)
    shared.panel.say("Goes on from step 3 of this run.")
    assert place(shared) == there
    assert shared.panel.trouble.isVisible()
    assert shared.panel.note.isVisible()
    shared.panel.caution("")
    shared.panel.say("")


def test_another_size_of_the_window_and_a_fold_let_it_go(qtbot: QtBot, shared: Window) -> None:
    shared.navigator.choose_task("sample-points")
    shared.navigator.defaults()
    shared.resize(1920, 1080)
    place(shared)
    chosen(shared, "sampler", "langevin")
    low = place(shared)
    chosen(shared, "sampler", "ddim")
    assert place(shared) == low
    shared.resize(1900, 1070)
    assert place(shared) < low
