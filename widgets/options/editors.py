"""Editors of single options: words, choices and switches."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QWidget

from widgets.drawing.theme import mark
from widgets.drawing.tips import wrapped
from widgets.options.dropdown import Dropdown
from widgets.options.fields import FieldSpec, tooltip


class AbstractWidget(ABCMeta, type(QWidget)):
    """What a widget with abstract methods is made by: Qt's classes have a maker of their own, which knows of none."""


class Editor(QWidget, metaclass=AbstractWidget):
    """Base of the editors, which give `value` and `set_value`.

    Signals: edited() when the user changed the value; troubled(str) with a sentence
    when what was typed cannot be used, or with an empty one when it can again.
    """

    edited = Signal()
    troubled = Signal(str)

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(8)

    def adopt(self, control: QWidget) -> None:
        """Give a control the name and help of the option and the focus of this editor."""
        control.setAccessibleName(self.spec.title)
        control.setAccessibleDescription(self.spec.help)
        control.setToolTip(tooltip(self.spec))
        self.setFocusProxy(control)

    @abstractmethod
    def value(self) -> object:
        """The value as the options model takes it."""

    @abstractmethod
    def set_value(self, value: object) -> None:
        """Show a value without a signal."""

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer other (value, title) pairs; editors without choices ignore it."""

    def set_tips(self, tips: Mapping[str, str]) -> None:
        """Say under the pointer what belongs to a value and has no place in its title; editors without choices ignore
        it."""

    def set_refused(self, why: Mapping[str, str]) -> None:
        """Grey values that other options rule out, each with the sentence that says why; editors without choices
        ignore it."""

    def set_note(self, note: str) -> None:
        """Say a few words inside the control that follow from other options; editors without room ignore it."""

    def set_decided(self, by: str) -> None:
        """Grey the control and say in its tooltip what decides its value, or give it back for an empty sentence."""
        self.setEnabled(not by)
        control = self.focusProxy()
        if control is not None:
            control.setToolTip("\n".join(line for line in (wrapped(by), tooltip(self.spec)) if line))

    def show_trouble(self, sentence: str) -> None:
        """Frame the control in the colour of errors, with the sentence above its help, or neither for an empty one."""
        control = self.focusProxy()
        if control is not None and bool(control.property("error")) != bool(sentence):
            mark(control, error=bool(sentence))
        if control is not None:
            control.setToolTip("\n".join(line for line in (wrapped(sentence), tooltip(self.spec)) if line))
            control.setAccessibleDescription(f"{sentence} {self.spec.help}".strip())  # which a screen reader reads out


class ChoiceEditor(Editor):
    """One of several values. Signals: those of Editor."""

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self.control = Dropdown(self)
        self.control.fill(spec.choices, spec.apart)
        self.control.activated.connect(lambda _: self.edited.emit())
        self.row.addWidget(self.control)
        self.adopt(self.control)

    def value(self) -> object:
        """The value as the options model takes it."""
        return self.control.currentData() if self.control.count() else ""

    def set_value(self, value: object) -> None:
        """Show a value without a signal."""
        with QSignalBlocker(self.control):
            if self.control.findData(str(value)) < 0:
                # a value from a recipe may name a model that is not installed here: show it, do not swap it
                self.control.addItem(dict(self.spec.unlisted).get(str(value), str(value)), str(value))
            self.control.setCurrentIndex(self.control.findData(str(value)))

    def set_tips(self, tips: Mapping[str, str]) -> None:
        """Tell of values in the list under the pointer."""
        self.control.tip(tips)

    def set_refused(self, why: Mapping[str, str]) -> None:
        """Grey values in the list; the one that is chosen stays so, for its row says what is wrong with it."""
        self.control.refuse(why)

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer other (value, title) pairs, keeping the value."""
        before = str(self.value())
        self.control.fill(choices, self.spec.apart)
        if before:
            self.set_value(before)


class BoolEditor(Editor):
    """A switch. Signals: those of Editor."""

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self.control = QCheckBox(self)
        self.control.clicked.connect(lambda: self.edited.emit())
        self.row.addWidget(self.control)
        self.row.addStretch(1)
        self.adopt(self.control)

    def value(self) -> object:
        """The value as the options model takes it."""
        return self.control.isChecked()

    def set_value(self, value: object) -> None:
        """Show a value without a signal."""
        self.control.setChecked(bool(value))


class TextEditor(Editor):
    """Words. Signals: those of Editor.

    Args:
        line: the field to type them in, a plain one by default.
    """

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None, line: QLineEdit | None = None) -> None:
        super().__init__(spec, parent)
        self.control = line or QLineEdit(self)
        self.control.textEdited.connect(lambda _: self.edited.emit())
        self.row.addWidget(self.control, 1)
        self.adopt(self.control)

    def value(self) -> object:
        """The value as the options model takes it."""
        return self.control.text()

    def set_value(self, value: object) -> None:
        """Show a value without a signal."""
        self.control.setText("" if value is None else str(value))
