"""Error bar: one sentence over the canvas, with its remedy as a button."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget
from shiboken6 import isValid

from widgets.drawing.icons import icon, icon_pixmap
from widgets.drawing.theme import DARK, Theme, mark

Remedy = tuple[str, Callable[[], object]]
LINE = 28  # px, the height of a button
ICONS = {"error": "triangle-alert", "info": "info"}


class ErrorBar(QFrame):
    """A bar that says what went wrong and offers what to do; hidden until `show_sentence`.

    The keyboard comes back to where it was before it went to a button of the bar.

    Signals:
        dismissed(): the user closed it.
    """

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAccessibleName("Message")
        self._theme, self._kind = DARK, "error"
        self._sign, self._text = QLabel(), QLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons = QHBoxLayout()
        self._made: list[QPushButton] = []
        self._before: QWidget | None = None  # what had the keyboard before the bar
        QApplication.instance().focusChanged.connect(self._focus_moved)  # pyright: ignore
        self._close = QToolButton()
        self._close.setAccessibleName("Dismiss")
        self._close.setToolTip("Dismiss (Esc)")
        self._close.clicked.connect(self.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.setSpacing(8)
        # as high as the first line of the text beside a button, so that their middles meet
        self._sign.setFixedHeight(LINE)
        self._text.setMinimumHeight(LINE)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        row.addLayout(self._buttons)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self.set_theme(DARK)
        self.hide()

    @property
    def sentence(self) -> str:
        """What the bar says now, "" while hidden."""
        return self._text.text() if not self.isHidden() else ""

    def show_sentence(self, sentence: str, remedies: Sequence[Remedy] = (), kind: str = "error") -> None:
        """Show a sentence.

        Args:
            sentence: names the value and the remedy.
            remedies: (button text, callback) pairs; pressing one also hides the bar.
            kind: "error", or "info" for an offer.
        """
        self._kind = kind
        self._text.setText(sentence)
        self.setAccessibleDescription(sentence)
        self._clear_buttons()
        for k, (text, callback) in enumerate(remedies):
            button = self._remedy(text, callback, primary=k == 0)
            self._buttons.addWidget(button)
            self._made.append(button)
        self.set_theme(self._theme)
        self.show()
        self.raise_()

    def dismiss(self) -> None:
        """Hide the bar and say so."""
        self.hide()
        self.dismissed.emit()

    def set_theme(self, theme: Theme) -> None:
        """Redraw the signs in the colours of a theme."""
        self._theme = theme
        colour = theme.likelihood if self._kind == "error" else theme.accent
        self._sign.setPixmap(icon_pixmap(ICONS.get(self._kind, "info"), colour, 18, self.devicePixelRatioF()))
        self._close.setIcon(icon("x", theme.text2))

    def _focus_moved(self, left: QWidget | None, now: QWidget | None) -> None:
        """Remember who had the keyboard when it comes here."""
        if now is not None and self.isAncestorOf(now) and (left is None or not self.isAncestorOf(left)):
            self._before = left

    def _give_back(self) -> None:
        """Let the keyboard go back; Qt would hand it to whatever stands next."""
        before, focus = self._before, QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus) and before is not None and isValid(before) \
                and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        elif focus is not None and self.isAncestorOf(focus):
            # nothing had it: the keys belong to the window, not to whatever stands next
            self.window().setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        """Give the keyboard back before Qt hands it on."""
        self._give_back()
        super().hideEvent(event)

    def _remedy(self, text: str, callback: Callable[[], object], *, primary: bool) -> QPushButton:
        button = QPushButton(text)
        mark(button, primary=primary)
        button.clicked.connect(self.hide)
        button.clicked.connect(lambda _checked=False: callback())
        return button

    def _clear_buttons(self) -> None:
        if any(button.hasFocus() for button in self._made):
            self._give_back()
        for button in self._made:
            self._buttons.removeWidget(button)
            button.hide()  # it is deleted only once control is back in the event loop
            button.deleteLater()
        self._made.clear()
