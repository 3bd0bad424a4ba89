"""A list of titles in a form: what is long is read in whole."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QComboBox, QToolTip
from pytestqt.qtbot import QtBot

from engines.process.paths import paths
from engines.training.objectives.base import objectives
from widgets.drawing.fonts import install_fonts
from widgets.drawing.theme import DARK, apply_theme
from widgets.options.dropdown import Dropdown
from widgets.options.fields import FieldSpec
from widgets.options.open_choice import FileEditor

NARROW = 202  # px of a field in the narrowest form, beside a scroll bar


def box(qtbot: QtBot, title: str) -> Dropdown:
    """A narrow list with one title."""
    found = Dropdown()
    qtbot.addWidget(found)
    found.fill([("key", title)])
    found.setFixedWidth(NARROW)
    found.show()
    return found


def test_titles_of_paths_and_objectives_have_room(qtbot: QtBot, qapp: QApplication) -> None:
    install_fonts(qapp)
    apply_theme(qapp, DARK)
    for kind in (*paths().values(), *objectives().values()):
        assert box(qtbot, kind.title).fitted(kind.title) == kind.title


def test_a_longer_title_is_told_under_the_pointer(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its list is as wide as it, and what belongs to it alone is said there."""
    long = "my-mixture · 6 components · 16:58, and then some more"
    found, said = box(qtbot, long), list[str]()
    found.setToolTip("Help")
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, _widget: said.append(text))
    at = QPoint(5, 5)
    QApplication.sendEvent(found, QHelpEvent(QEvent.Type.ToolTip, at, found.mapToGlobal(at)))
    assert said == [f"{long}\nHelp"]
    monkeypatch.setattr(QComboBox, "showPopup", lambda _box: None)  # a display without a window manager has no lists
    found.showPopup()
    assert found.view().minimumWidth() > found.fontMetrics().horizontalAdvance(long)


def test_an_open_choice_shows_the_beginning_of_its_title(qtbot: QtBot) -> None:
    editor = FileEditor(FieldSpec("teacher", "Teacher", choices=(("", "Exact, where it is known and some more"),)))
    qtbot.addWidget(editor)
    editor.set_value("")
    line = editor.control.lineEdit()
    assert line is not None
    assert line.cursorPosition() == 0


def test_reasons_of_greyed_values_follow_what_else_is_chosen(qtbot: QtBot) -> None:
    found = Dropdown()
    qtbot.addWidget(found)
    found.fill([("dps", "DPS"), ("ddrm", "DDRM"), ("tv", "Total variation")])
    found.refuse({"ddrm": "It needs singular values."})
    found.refuse({"ddrm": "It needs a linear degradation.", "tv": "It needs one, too."})
    told = [found.itemData(row, Qt.ItemDataRole.ToolTipRole) for row in range(found.count())]
    assert told == [None, "It needs a linear degradation.", "It needs one, too."]
    found.refuse({})
    assert [bool(found.model().index(row, 0).flags() & Qt.ItemFlag.ItemIsEnabled) for row in range(3)] == [True] * 3


def test_a_line_stands_between_families_and_is_no_value(qtbot: QtBot) -> None:
    found = Dropdown()
    qtbot.addWidget(found)
    found.fill([("mask", "Painted hole"), ("box", "Box"), ("blur", "Motion blur")], apart={"blur"})
    assert [found.itemText(row) for row in range(found.count())] == ["Painted hole", "Box", "", "Motion blur"]
    found.setCurrentIndex(found.findData("box"))
    qtbot.keyClick(found, Qt.Key.Key_Down)
    assert found.currentData() == "blur", "the line is passed over"
    found.refuse({"blur": "It is too large."})
    found.refuse({})
    assert not found.model().index(2, 0).flags() & Qt.ItemFlag.ItemIsEnabled, "it stays a line"
