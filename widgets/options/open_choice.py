"""Editors of options that offer values and take words of one's own: classes, files, folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from widgets.controls.buttons import GlyphButton
from widgets.drawing.theme import Theme
from widgets.options.dropdown import Dropdown
from widgets.options.editors import Editor
from widgets.options.fields import FieldSpec


class WholeLine(QLineEdit):
    """A line whose words are all chosen by the first click, so that typing replaces them. Signals: those of QLineEdit.

    A second click puts the cursor where it is.
    """

    def mousePressEvent(self, event: QMouseEvent) -> None:
        first = not self._entered
        super().mousePressEvent(event)
        if first:
            self.selectAll()
        self._entered = True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._entered = False
        super().focusOutEvent(event)

    _entered = False


class OpenChoiceEditor(Editor):
    """One of the offered values, or words of one's own. Signals: those of Editor."""

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self.control = Dropdown(self)
        self.control.setEditable(True)
        self.control.setInsertPolicy(Dropdown.InsertPolicy.NoInsert)
        self.control.fill(spec.choices)
        line = WholeLine(self.control)
        line.setProperty("bare", True)
        line.setAccessibleName(spec.title)
        line.textEdited.connect(lambda _: self.edited.emit())
        self.control.setLineEdit(line)
        completer = self.control.completer()
        if isinstance(completer, QCompleter):
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.control.activated.connect(lambda _: self.edited.emit())
        self.row.addWidget(self.control, 1)
        self.adopt(self.control)

    def value(self) -> object:
        """The value as the options model takes it."""
        text = self.control.currentText().strip()
        at = self.control.findText(text)
        return self.control.itemData(at) if at >= 0 else text

    def set_value(self, value: object) -> None:
        """Show a value without a signal."""
        with QSignalBlocker(self.control):
            at = self.control.findData(value)
            self.control.setCurrentIndex(at)
            self.control.setEditText(self.control.itemText(at) if at >= 0 else str(value or ""))
            self._from_the_start()

    def _from_the_start(self) -> None:
        """Of a text that is too long show the beginning."""
        line = self.control.lineEdit()
        if line is not None:
            line.setCursorPosition(0)

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer other (value, title) pairs, keeping the value."""
        before = self.value()
        self.control.fill(choices)
        self.set_value(before)

    def set_tips(self, tips: Mapping[str, str]) -> None:
        """Tell of values in the list under the pointer."""
        self.control.tip(tips)

    def set_refused(self, why: Mapping[str, str]) -> None:
        """Grey values in the list, each with its reason."""
        self.control.refuse(why)


class FileEditor(OpenChoiceEditor):
    """A file or folder by its name, with a button to choose one.

    Signals: those of Editor, and browsed() when the button is pressed.
    """

    browsed = Signal()

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self.button = GlyphButton("folder-open", f"Choose {spec.title.lower()}", self.browsed.emit)
        self.button.setProperty("field", True)
        self.button.setFixedSize(30, 28)
        self.row.setSpacing(4)
        self.row.addWidget(self.button)

    def set_theme(self, theme: Theme) -> None:
        """Colour the icon by a theme."""
        self.button.set_theme(theme)
