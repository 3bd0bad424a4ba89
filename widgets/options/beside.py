"""A small button beside the editor of an option, in its row."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QBoxLayout, QToolButton

from widgets.drawing.theme import mark
from widgets.options.rows import FormRow

GAP = 6  # px between the editor and what stands beside it


def put_beside(row: FormRow, words: str, action: QAction) -> QToolButton:
    """Put a button at the right end of an option's row, which gives it the room; it does what the action does.

    words: a short one on the button, which is called by the whole name of the action.
    """
    button = QToolButton()
    button.setText(words)
    button.setAccessibleName(action.iconText())
    button.setToolTip(action.toolTip())
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    mark(button, field=True)
    button.clicked.connect(action.trigger)
    first = cast(QBoxLayout, row.layout()).itemAt(0)
    line = cast(QBoxLayout, first.layout() if first is not None else None)
    line.addSpacing(GAP)
    line.addWidget(button)
    return button
