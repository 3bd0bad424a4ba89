"""Editors of whole numbers in a list, and of seeds."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from widgets.controls.sided_line import SidedLine
from widgets.options.editors import Editor, TextEditor
from widgets.options.fields import FieldSpec
from widgets.options.numbers import NumberField

MOST = 10_000  # numbers of one range: a slip such as 1-99999999 must not fill the memory
RANGE = re.compile(r"(\d{1,18})[-–](\d{1,18})")


class SeedMode(StrEnum):
    """What happens to the seed when a run starts."""

    FIXED = "fixed"
    RANDOM = "random"
    INCREMENT = "increment"
    LIST = "list"


HELP = {
    SeedMode.FIXED: "The same seed each time",
    SeedMode.RANDOM: "A new seed for each run",
    SeedMode.INCREMENT: "The first seed that the run before did not use",
    SeedMode.LIST: "Seeds one by one, separated by commas",
}


def parse_ints(text: str) -> tuple[int, ...]:
    """Whole numbers from “7, 9 12” or “3-6”. Raises ValueError with a sentence on anything else."""
    # a dash with blanks around it is one between two numbers, not the sign of one
    parts = re.sub(r"(?<=\d)\s*–\s*(?=\d)|(?<=\d)\s+-\s+(?=\d)", "-", text).replace(",", " ").split()
    return tuple(number for part in parts for number in _numbers(part, text))


def _numbers(part: str, text: str) -> Sequence[int]:
    """What one number or range of a text stands for."""
    between = RANGE.fullmatch(part)
    if between is None:
        try:
            return (int(part),)
        except ValueError:
            raise ValueError(f"“{text}” is no list of whole numbers; separate them by commas.") from None
    first, last = int(between[1]), int(between[2])
    if first > last:
        raise ValueError(f"The range {first}-{last} is turned round; write {last}-{first}.")
    if last - first >= MOST:
        raise ValueError(f"The range {first}-{last} has {last - first + 1:,} numbers; take at most {MOST:,}.")
    return range(first, last + 1)


class IntsEditor(TextEditor):
    """Whole numbers separated by commas; “3-6” is a range. Signals: those of Editor."""

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        self.line = SidedLine()
        super().__init__(spec, parent, self.line)
        self.control.setPlaceholderText("3, 5, 8-11")
        self.control.textEdited.connect(lambda _: self.troubled.emit(self.problem()))

    def problem(self) -> str:
        """One sentence on what is wrong with the text, empty when it can be used."""
        try:
            parse_ints(self.control.text())
        except ValueError as error:
            return str(error)
        return ""

    def value(self) -> object:
        """The value as the options model takes it."""
        return () if self.problem() else parse_ints(self.control.text())

    def set_value(self, value: object) -> None:
        """Show a value without a signal."""
        numbers = value if isinstance(value, list | tuple) else ()
        self.control.setText(", ".join(str(number) for number in numbers))


class SeedEditor(Editor):
    """A seed with its mode: fixed, random, increment or a list. Signals: those of Editor.

    `value` is one seed, that of the next run; `seeds` gives the list, empty in the other modes.
    """

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self.field = NumberField(spec, self)
        self.list = IntsEditor(spec, self)
        self.mode = SeedMode.FIXED
        self.listing = False  # whether a list may be offered
        self._used = 0, 0  # seed and number of samples of the run before
        if spec.maximum is None:
            raise ValueError(f"The seed “{spec.name}” has no largest value.")
        self._seeds = int(spec.maximum) + 1  # how many there are, from 0 on
        self._button = QToolButton()
        self._button.setProperty("small", True)
        self._button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._button.setAccessibleName(f"{spec.title} mode")
        self._button.setToolTip("What happens to the seed when a run starts; the field shows the next run’s")
        self._menu = QMenu(self._button)
        self._button.setMenu(self._menu)
        self.field.edited.connect(self.edited)
        self.field.troubled.connect(self.troubled)
        self.list.edited.connect(self.edited)
        self.list.troubled.connect(self.troubled)
        self.row.addWidget(self.field)
        self.row.addWidget(self.list)
        self.row.setSpacing(0)
        self._offer()
        self.set_mode(SeedMode.FIXED)

    def offer_list(self, offered: bool) -> None:
        """Offer the list mode, when the options have a field for it."""
        self.listing = offered
        self._offer()

    def _offer(self) -> None:
        self._menu.clear()
        group = QActionGroup(self._menu)
        for mode in SeedMode:
            if mode is SeedMode.LIST and not self.listing:
                continue
            action = self._menu.addAction(f"{mode.value.capitalize()} · {HELP[mode].lower()}")
            action.setCheckable(True)
            action.setChecked(mode is self.mode)
            action.triggered.connect(lambda _=False, chosen=mode: self._choose(chosen))
            group.addAction(action)

    def _choose(self, mode: SeedMode) -> None:
        before = self.mode
        self.set_mode(mode)
        if mode is not before:
            self._draw_next()  # the first run in this mode is a new one, too
        self.setFocus(Qt.FocusReason.OtherFocusReason)  # a list, or another seed, is what is typed next
        self.edited.emit()

    def set_mode(self, mode: SeedMode) -> None:
        """Change the mode without a signal of a change."""
        listed = mode is SeedMode.LIST
        if listed is not (self.mode is SeedMode.LIST):
            self._take_along(listed)
        self.mode = mode
        self._button.setText(mode.value)
        self.field.setVisible(not listed)
        self.list.setVisible(listed)
        self.adopt(self.list.control if listed else self.field)
        # at the same place in both, so that nothing jumps under the pointer
        (self.list.line if listed else self.field).set_side(self._button)
        self._offer()

    def _take_along(self, listed: bool) -> None:
        """Put into the field to come what was typed in the one that goes, and withdraw the complaint about that."""
        self.troubled.emit("")
        try:
            typed = parse_ints(self.field.text())
        except ValueError:
            typed = ()
        if listed and (len(typed) > 1 or not self.list.value()):
            # several seeds typed before a list was chosen are that list
            self.list.set_value(typed if len(typed) > 1 else (self.field.number(),))
        self.field.set_number(self.field.number())

    def advance(self, count: int = 1) -> None:
        """Take the seed of the next run after one of `count` samples: a random one, the first unused, or the same."""
        self._used = int(self.field.number()), count
        self._draw_next()

    def _draw_next(self) -> None:
        """Show the seed of the next run, where the mode changes it."""
        seed, count = self._used
        if self.mode is SeedMode.RANDOM:
            self.field.set_number(random.randrange(self._seeds))
        elif self.mode is SeedMode.INCREMENT and self.field.number() == seed:
            # by the count: sample k had seed + k, so fewer would repeat some
            self.field.set_number((seed + count) % self._seeds)

    def seeds(self) -> tuple[int, ...]:
        """The listed seeds, empty unless the mode is a list."""
        listed = self.list.value() if self.mode is SeedMode.LIST else ()
        return listed if isinstance(listed, tuple) else ()

    def list_problem(self) -> str:
        """One sentence on what is wrong with the list, empty in the other modes and when it can be used."""
        return self.list.problem() if self.mode is SeedMode.LIST else ""

    def set_seeds(self, seeds: Sequence[int]) -> None:
        """Show a list of seeds and choose its mode, or leave the list mode when it is empty."""
        self.list.set_value(tuple(seeds))
        if seeds:
            self.set_mode(SeedMode.LIST)
        elif self.mode is SeedMode.LIST:
            self.set_mode(SeedMode.FIXED)

    def value(self) -> object:
        """The value as the options model takes it."""
        return int(self.field.number())

    def set_value(self, value: object) -> None:
        """Show a value without a signal."""
        self.field.set_number(int(str(value)))
