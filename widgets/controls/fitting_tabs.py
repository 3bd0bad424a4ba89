"""Tabs in one row: as many as there is room for, and a button at the end that lists the others."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QActionGroup, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from widgets.controls.segmented import EDGE, GAP, STEPS, Segmented
from widgets.drawing.icons import icon_pixmap
from widgets.drawing.theme import DARK, Theme, mark

MORE = "More"
SIGN = 11  # px of the sign that a list opens
OPENS = {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}  # besides Space
RESTYLED = {QEvent.Type.StyleChange, QEvent.Type.FontChange, QEvent.Type.Polish}


class MoreButton(QToolButton):
    """Words with the sign that a list opens. Signals: those of QToolButton."""

    def __init__(self) -> None:
        super().__init__()
        self._theme = DARK
        self.setProperty("more", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def wide(self, words: str) -> int:
        """Pixels it takes with these words."""
        metrics = self.fontMetrics()
        return self.sizeHint().width() + metrics.horizontalAdvance(words) - metrics.horizontalAdvance(self.text())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        ink = self._theme.text if self.property("holds") else self._theme.text2
        sign = icon_pixmap("chevron-down", ink, SIGN, self.devicePixelRatioF())
        with QPainter(self) as painter:
            painter.drawPixmap(QPointF(self.width() - SIGN - 1, (self.height() - SIGN) / 2), sign)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in OPENS:
            self.click()
        elif event.key() in STEPS:
            event.ignore()  # the tabs walk through all values; Qt would go to the next button
        else:
            super().keyPressEvent(event)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in the colours of a theme."""
        self._theme = theme
        self.update()


class FittingTabs(Segmented):
    """A segmented control that never takes a second row: the last choices move into the list of a button, “More”.

    While one of those is the chosen one, the button is called by it. Arrows go through all choices, listed or not;
    Space, Enter or Down on the button opens the list. Signals: those of Segmented.

    Args:
        name: what is chosen, for who cannot see it.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        self.more = MoreButton()  # first: with its choices, even none, the row is fitted
        super().__init__((), name, parent=parent)
        self.menu = QMenu(self)
        self.menu.setAccessibleName(f"{name}: more")
        self.more.clicked.connect(self.open)
        self._row.addWidget(self.more)
        self._row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)  # the hints below say what it needs

    @property
    def listed(self) -> list[str]:
        """The values that the list has, in their order; none while all fit into the row."""
        return [value for value, button in self._buttons.items() if button.isHidden()]

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer (value, title) pairs, as many as fit as tabs and the others in the list."""
        if [(value, button.text()) for value, button in self._buttons.items()] == list(choices):
            return  # made anew the tabs would lose the keyboard
        super().set_choices(choices)
        self._fit()
        self.updateGeometry()

    def set_value(self, value: str) -> None:
        """Choose one; the button of the list is called by it where it has no tab."""
        super().set_value(value)
        self._fit()

    def open(self) -> None:
        """Open the list under its button."""
        self.menu.clear()
        group = QActionGroup(self.menu)
        for value in self.listed:
            button = self._buttons[value]
            action = self.menu.addAction(button.text())
            action.setCheckable(True)
            action.setChecked(button.isChecked())
            action.setEnabled(button.isEnabled())
            action.triggered.connect(lambda _checked=False, value=value: self.pick(value))
            group.addAction(action)
        self.menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height() + GAP)))
        self.menu.setActiveAction(group.checkedAction() or self.menu.actions()[0])

    def sizeHint(self) -> QSize:
        return QSize(self._whole(), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Room for the button alone, whatever it is called."""
        alone = max((self.more.wide(button.text()) for button in self._buttons.values()), default=0) + 2 * EDGE
        return QSize(min(alone, self._whole()), super().minimumSizeHint().height())

    def _whole(self) -> int:
        """Pixels of the row with all choices in it."""
        return sum(self._widths()) + GAP * max(len(self._buttons) - 1, 0) + 2 * EDGE

    def _widths(self) -> list[int]:
        for button in self._buttons.values():
            button.ensurePolished()
        return [button.sizeHint().width() for button in self._buttons.values()]

    def _fit(self) -> None:
        """Show as many choices as there is room for, from the first on."""
        count = self._count()
        for place, button in enumerate(self._buttons.values()):
            button.setVisible(place < count)
        listed = self.listed
        titles = [self._buttons[value].text() for value in listed]
        self.more.setVisible(bool(listed))
        self.more.setText(self._called(count))
        self.more.setToolTip(", ".join(titles))
        holds = self.value() in listed
        self.more.setAccessibleName(f"{self.accessibleName()}: {f'{self.more.text()}, and more' if holds else 'more'}")
        if self.more.property("holds") is not holds:
            mark(self.more, holds=holds)
        self._row.activate()  # now: a tab that is cut would be seen until the next event

    def _count(self) -> int:
        """How many choices stand in the row."""
        if self._whole() <= self.width():
            return len(self._buttons)
        widths, room = self._widths(), self.width() - 2 * EDGE
        fit = (count for count in range(len(widths) - 1, 0, -1)
               if sum(widths[:count]) + GAP * count + self.more.wide(self._called(count)) <= room)
        return next(fit, 0)

    def _called(self, count: int) -> str:
        """What the button says with so many choices before it."""
        chosen = self.value()
        return self._buttons[chosen].text() if chosen in list(self._buttons)[count:] else MORE

    def _shown(self, value: str) -> QToolButton:
        button = super()._shown(value)
        return self.more if button.isHidden() else button

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in RESTYLED:
            self._fit()
