"""A list of titles to choose one from, as it stands in a form."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QStandardItemModel,
    QWheelEvent,
)
from PySide6.QtWidgets import QComboBox, QLineEdit, QStyle, QStyleOptionComboBox, QToolTip, QWidget

from widgets.drawing.tips import wrapped

BESIDE = 40  # px of the list beside its titles: its padding, and a scroll bar


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
        self._tips: Mapping[str, str] = {}
        self._refused: Mapping[str, str] = {}
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

    def showPopup(self) -> None:
        """As any combo box, but the list is as wide as its longest title."""
        longest = max((self.fontMetrics().horizontalAdvance(self.itemText(k)) for k in range(self.count())), default=0)
        self.view().setMinimumWidth(longest + BESIDE)
        super().showPopup()

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

    def event(self, event: QEvent) -> bool:
        """As any widget, but a title that is cut off is told above the help under the pointer."""
        title = self.currentText()
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip and self.fitted(title) != title:
            QToolTip.showText(event.globalPos(), "\n".join(filter(None, (wrapped(title), self.toolTip()))), self)
            return True
        return super().event(event)

    def fitted(self, title: str) -> str:
        """As much of a title as there is room for, in a box where nothing can be typed."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        control, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(control, option, part, self).width() - 2
        return self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        """As any combo box, but a title that is too long ends in an ellipsis instead of half a letter."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        title = option.currentText  # pyright: ignore[reportAttributeAccessIssue]
        option.currentText = self.fitted(title)  # pyright: ignore[reportAttributeAccessIssue]
        with QPainter(self) as painter:
            self.style().drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option, painter, self)
            self.style().drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option, painter, self)

    def fill(self, choices: Sequence[tuple[str, str]], apart: Collection[str] = ()) -> None:
        """Offer (value, title) pairs without a signal, keeping the current value where possible.

        apart: the values above which a line stands.
        """
        with QSignalBlocker(self):
            before = self.currentData()
            self.clear()
            self._refused = {}
            for value, title in choices:
                if value in apart:
                    self.insertSeparator(self.count())
                self.addItem(title, value)
            self.setCurrentIndex(max(self.findData(before), 0) if self.count() else -1)

    def refuse(self, why: Mapping[str, str]) -> None:
        """Grey the values that cannot be chosen, with the reason under the pointer; give back all others."""
        items, before = self.model(), self._refused
        self._refused = dict(why)
        for row in range(self.count()):
            value = str(self.itemData(row))
            sentence = why.get(value, "")
            if isinstance(items, QStandardItemModel) and sentence != before.get(value, ""):
                items.item(row).setEnabled(not sentence)
                self._describe(row, sentence)

    def tip(self, tips: Mapping[str, str]) -> None:
        """Say of values under the pointer what their titles do not, where nothing is wrong with them."""
        self._tips = tips
        for row in range(self.count()):
            if self.model().index(row, 0).flags() & Qt.ItemFlag.ItemIsEnabled:
                self._describe(row, "")

    def _describe(self, row: int, sentence: str) -> None:
        """What is said of a value under the pointer, and by a screen reader: what is wrong with it, else its tip."""
        said = sentence or self._tips.get(str(self.itemData(row)), "")
        self.setItemData(row, wrapped(said) or None, Qt.ItemDataRole.ToolTipRole)
        self.setItemData(row, said or None, Qt.ItemDataRole.AccessibleDescriptionRole)
