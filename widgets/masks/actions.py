"""The commands of a mask canvas as QActions, for tool strips, menus and shortcuts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from widgets.masks.tools import Tool


@dataclass(frozen=True, slots=True)
class CanvasActions:
    """Actions of one canvas that stand in a tool strip. Tools are checkable and exclusive, in the order of the strip.

    Undo and redo are not among them: a window's Ctrl+Z would clash with theirs, and without a window the canvas takes
    the keys itself.
    """

    tools: tuple[QAction, ...]
    invert: QAction
    clear: QAction


def tool_actions(owner: QWidget, tools: tuple[Tool, ...], choose: Callable[[Tool], None]) -> tuple[QAction, ...]:
    """One checkable action a tool; its data() is the name of the tool's icon."""
    group = QActionGroup(owner)
    actions = tuple(_tool_action(owner, tool, choose) for tool in tools)
    for entry in actions:
        group.addAction(entry)
    return actions


def _tool_action(owner: QWidget, tool: Tool, choose: Callable[[Tool], None]) -> QAction:
    entry = action(owner, tool.title, tool.key, lambda: choose(tool), f"{tool.hint} ({tool.key})")
    entry.setCheckable(True)
    entry.setData(tool.icon)
    return entry


def action(owner: QWidget, text: str, key: str, run: Callable[[], None], hint: str = "") -> QAction:
    """An action whose shortcut works while the owner has the focus."""
    entry = QAction(text, owner)
    entry.setToolTip(hint or (f"{text} ({key})" if key else text))
    entry.setShortcut(QKeySequence(key))
    entry.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    entry.triggered.connect(lambda: run())
    owner.addAction(entry)
    return entry
