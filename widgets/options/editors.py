"""Editors of single options: words, choices and switches."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QStandardItemModel,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QStyle,
    QStyleOptionComboBox,
    QWidget,
)

from widgets.drawing.theme import mark
from widgets.drawing.tips import wrapped
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


class Dropdown(QComboBox):
    """A combo box that leaves the wheel to the panel it stands in. Signals: those of QComboBox.

    An editable one opens its list at the first click, so that it is seen to have one; with the focus a click puts the
    text cursor. After a choice by mouse the keyboard is the window's again: Home and the arrows would change what was
    just chosen, unseen. Who comes by Tab keeps it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entered = False  # whether the click that goes on now has brought the focus
        self._clicked = False  # whether it was the mouse that opened the list
        self.activated.connect(lambda _: self._give_back())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumContentsLength(6)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # even with the focus: whoever chose a value and scrolls on would change it unseen
        event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._clicked = True
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._clicked = False
        super().keyPressEvent(event)

    def hidePopup(self) -> None:
        """As any combo box; where nothing can be typed, the keyboard goes with the list."""
        super().hidePopup()
        if not self.isEditable():
            self._give_back()

    def _give_back(self) -> None:
        """Leave the keyboard to the window once the list is closed, which gives it to this box first."""
        if self._clicked:
            QTimer.singleShot(0, self, lambda: self.window().setFocus(Qt.FocusReason.OtherFocusReason)
                              if self.hasFocus() else None)

    def setEditable(self, editable: bool) -> None:
        """Let a value be typed, and watch the line for the click that opens the list."""
        super().setEditable(editable)
        line = self.lineEdit()
        if line is not None:
            line.installEventFilter(self)

    def setLineEdit(self, edit: QLineEdit) -> None:
        """Take another line to type in, which is watched as the one before."""
        super().setLineEdit(edit)
        edit.installEventFilter(self)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # the focus of the line is that of the box, whose own line hears of it past every event filter
        self._entered = event.reason() is Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.lineEdit() and event.type() is QEvent.Type.MouseButtonRelease and self._entered:
            self._entered, self._clicked = False, True
            self.showPopup()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """As any combo box, but a title that is too long ends in an ellipsis instead of half a letter."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        control, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(control, option, part, self).width() - 4
        title = option.currentText  # pyright: ignore[reportAttributeAccessIssue]
        shown = self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, room)
        option.currentText = shown  # pyright: ignore[reportAttributeAccessIssue]
        with QPainter(self) as painter:
            self.style().drawComplexControl(control, option, painter, self)
            self.style().drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option, painter, self)

    def fill(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer (value, title) pairs without a signal, keeping the current value where possible."""
        with QSignalBlocker(self):
            before = self.currentData()
            self.clear()
            for value, title in choices:
                self.addItem(title, value)
            self.setCurrentIndex(max(self.findData(before), 0) if self.count() else -1)

    def refuse(self, why: Mapping[str, str]) -> None:
        """Grey the values that cannot be chosen, with the reason under the pointer; give back all others."""
        items = self.model()
        for row in range(self.count()):
            sentence = why.get(str(self.itemData(row)), "")
            if isinstance(items, QStandardItemModel) and items.item(row).isEnabled() == bool(sentence):
                items.item(row).setEnabled(not sentence)
                self.setItemData(row, wrapped(sentence) or None, Qt.ItemDataRole.ToolTipRole)
                self.setItemData(row, sentence or None, Qt.ItemDataRole.AccessibleDescriptionRole)


class ChoiceEditor(Editor):
    """One of several values. Signals: those of Editor."""

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self.control = Dropdown(self)
        self.control.fill(spec.choices)
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
                # A value from a recipe may name a model that is not installed here: show it, do not swap it.
                self.control.addItem(str(value), str(value))
            self.control.setCurrentIndex(self.control.findData(str(value)))

    def set_refused(self, why: Mapping[str, str]) -> None:
        """Grey values in the list; the one that is chosen stays so, for its row says what is wrong with it."""
        self.control.refuse(why)

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer other (value, title) pairs, keeping the value."""
        before = str(self.value())
        self.control.fill(choices)
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
