"""Tokens are readable, resources are complete, and no colour is written elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from widgets.drawing.icons import icon
from widgets.drawing.resources import resource
from widgets.drawing.theme import DARK, LIGHT, TOKENS, Theme, apply_theme, contrast, stylesheet

ROOT = Path(__file__).resolve().parents[2]
BOTH = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
GROUNDS = ("bg0", "bg1", "bg2", "bg3")


@BOTH
@pytest.mark.parametrize("ground", GROUNDS)
def test_words_are_readable_on_every_ground(theme: Theme, ground: str) -> None:
    for words in (theme.text, theme.text2):
        assert contrast(words, getattr(theme, ground)) >= 4.5


@BOTH
def test_what_cannot_be_used_now_is_still_seen(theme: Theme) -> None:
    """Idle buttons were all but invisible; they stay weaker than words that can be read."""
    for ground in ("bg1", "bg2"):
        assert 1.9 <= contrast(theme.faint, getattr(theme, ground)) < contrast(theme.text2, getattr(theme, ground))
    assert f"QToolButton:disabled {{ color: {theme.faint}; }}" in stylesheet(theme)


@BOTH
@pytest.mark.parametrize("term", ["prior", "likelihood", "noise", "guidance", "good", "warn"])
def test_term_colours_are_readable_on_docks(theme: Theme, term: str) -> None:
    assert contrast(theme.term(term), theme.bg1) >= 4.5


@BOTH
@pytest.mark.parametrize("ground", GROUNDS)
def test_coloured_words_are_readable_on_every_ground(theme: Theme, ground: str) -> None:
    """A token's colour as it is where it reads, and no further from it than needed elsewhere."""
    for token in TOKENS:
        assert contrast(theme.ink(token, ground), getattr(theme, ground)) >= 4.5
    assert theme.ink("prior", "bg1") == theme.prior


@BOTH
def test_the_template_colours_words_readably(theme: Theme) -> None:
    """Every colour that the style sheet gives to words reads on docks and on fields; disabled ones are excepted."""
    sheet = stylesheet(theme)
    rules = [(head, body) for head, body in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet)
             if ":disabled" not in head and "primary" not in head]
    inks = {colour for _, body in rules for colour in re.findall(r"(?:^|[;{\s])color:\s*(#[0-9A-Fa-f]{6})", body)}
    assert {theme.text, theme.text2} <= inks
    for ink in inks:
        assert min(contrast(ink, theme.bg1), contrast(ink, theme.bg2)) >= 4.5, ink


@BOTH
def test_words_on_the_primary_button_are_readable(theme: Theme) -> None:
    assert contrast(theme.on_accent, theme.accent) >= 4.5


@BOTH
def test_the_template_is_filled_completely(qapp: object, theme: Theme) -> None:
    assert re.findall(r"@\w+", stylesheet(theme)) == []


def test_every_icon_draws_and_the_licences_are_there(qapp: object) -> None:
    names = [file.stem for file in resource("icons").glob("*.svg")]
    assert names
    assert all(not icon(name, DARK.text).pixmap(16, 16).isNull() for name in names)
    assert resource("icons/LICENSE").is_file()
    assert resource("fonts/OFL.txt").is_file()


def test_no_colour_is_written_outside_the_theme() -> None:
    files = [p for p in (ROOT / "widgets").rglob("*.py") if p.name != "theme.py"]
    files.append(resource("theme/template.qss"))
    found = {p.name: re.findall(r"[\"' ]#[0-9A-Fa-f]{6}\b", p.read_text(encoding="utf-8")) for p in files}
    assert {name: colours for name, colours in found.items() if colours} == {}


class Restyled(QObject):
    """Counts how often a widget is told of another style."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.times = 0
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.times += event.type() is QEvent.Type.StyleChange
        return super().eventFilter(watched, event)


def test_a_change_of_theme_costs_the_same_however_deep_a_widget_lies(qapp: QApplication, qtbot: QtBot) -> None:
    """Qt would dress it once for each of its ancestors, which made a switch of the window take half a second."""
    apply_theme(qapp, DARK)
    top = inner = QWidget()
    qtbot.addWidget(top)
    for _ in range(12):
        inner = QWidget(inner)
    deep = QLabel("words", inner)
    top.show()
    qtbot.waitExposed(top)
    told = Restyled(deep)
    apply_theme(qapp, LIGHT)
    assert deep.palette().windowText().color().name() == LIGHT.text.lower()
    assert told.times <= 3
    apply_theme(qapp, DARK)
