"""Whose the keys are: a field keeps only those that it edits with, and what was begun is looked at with them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QMainWindow, QWidget
from shiboken6 import isValid

from widgets.options.numbers import NumberField

FIELDS = (QLineEdit, QAbstractSpinBox, QComboBox)
HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
STANDARD = QKeySequence.StandardKey
# X11 gives fields the keys of Emacs besides, such as Ctrl+E and Ctrl+K, which mean something else here
EDITING = (STANDARD.Copy, STANDARD.Cut, STANDARD.Paste, STANDARD.SelectAll)
MOVING = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End,
                    Qt.Key.Key_Backspace, Qt.Key.Key_Delete})
EXPONENT = Qt.Key.Key_E  # the letter that numbers are written with
ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class FieldKeys(QObject):
    """Watches the field that has the focus, and no other widget, since a look at every event would cost time.

    Enter leaves a field of the form: what is typed next moves through the steps, as everywhere. It has no signals.

    Args:
        window: whose actions go before what a field would do.
        form: the panel whose fields are left.
        start: the action that runs the form; it leaves the field, too.
        steps: what the steps of the present workspace are gone through with.
    """

    def __init__(self, window: QMainWindow, form: QWidget, start: QAction, steps: Callable[[], QWidget]) -> None:
        super().__init__(window)
        self._window, self._form, self._steps = window, form, steps
        self._field: QWidget | None = None
        start.triggered.connect(self.leave)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._moved)

    def leave(self) -> None:
        """Take the focus out of a field of the form."""
        field = self._window.focusWidget()
        if isinstance(field, FIELDS) and self._form.isAncestorOf(field):
            # not to nobody: Qt would hand the keyboard to the first control after the next dialog
            self._window.setFocus(Qt.FocusReason.OtherFocusReason)

    def to_steps(self) -> None:
        """Give the keyboard to what is looked at: it stays on the canvas, and goes to the steps from anywhere else.

        However a run was begun: Space on a button that kept the keyboard would begin another in place of playing.
        """
        held, steps, canvas = QApplication.focusWidget(), self._steps(), self._window.centralWidget()
        if held is not None and canvas is not None and canvas.isAncestorOf(held):
            return
        (steps if steps.isVisible() else self._window).setFocus(Qt.FocusReason.OtherFocusReason)
        if held is not None and held.window() is not self._window:
            self._window.activateWindow()  # from a form that floats, whose button would go on hearing the keys

    def _moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._field is not None and isValid(self._field):
            self._field.removeEventFilter(self)
        self._field = now if isinstance(now, FIELDS) and now.window() is self._window else None
        if self._field is not None:
            self._field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride and self._is_ours(event):
            event.ignore()
            return True
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and event.key() in ENTER:
            QTimer.singleShot(0, self, self.leave)  # the field takes what was typed first
        return super().eventFilter(watched, event)

    def _is_ours(self, event: QKeyEvent) -> bool:
        """Whether a key is one of the window's, and none that the field edits with."""
        if event.key() in MOVING or self._edits(event) or not (event.modifiers() & HELD or self._no_number(event)):
            return False
        pressed = QKeySequence(event.keyCombination())
        return any(pressed in action.shortcuts() for action in self._window.actions() if action.isEnabled())

    def _no_number(self, event: QKeyEvent) -> bool:
        """Whether it is a letter in a field of numbers, where it would only be wrong: B branches with what stands."""
        return isinstance(self._field, NumberField) and event.text().isalpha() and event.key() != EXPONENT

    def _edits(self, event: QKeyEvent) -> bool:
        """Whether the field itself does something at a key; with nothing typed, undo is the window's."""
        if any(event.matches(key) for key in EDITING):
            return True
        line = self._field if isinstance(self._field, QLineEdit) else getattr(self._field, "lineEdit", lambda: None)()
        if not isinstance(line, QLineEdit):
            return False
        return (event.matches(STANDARD.Undo) and line.isUndoAvailable()) or (
            event.matches(STANDARD.Redo) and line.isRedoAvailable())
