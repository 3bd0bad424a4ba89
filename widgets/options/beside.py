"""A small widget beside the editor of an option, in its row."""

from __future__ import annotations

from typing import cast

from PySide6.QtWidgets import QBoxLayout, QWidget

from widgets.options.rows import FormRow

GAP = 6  # px between the editor and what stands beside it


def put_beside(row: FormRow, widget: QWidget) -> None:
    """Put a widget at the right end of an option's row; the editor gives it the room."""
    first = cast(QBoxLayout, row.layout()).itemAt(0)
    line = cast(QBoxLayout, first.layout() if first is not None else None)
    line.addSpacing(GAP)
    line.addWidget(widget)
