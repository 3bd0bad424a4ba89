"""A painter never outlives what it paints on: Qt dies of one that is active when its device goes."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QPainter, QRegion
from pytestqt.qtbot import QtBot

from widgets.pictures.image_view import ImageView

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [file for folder in ("widgets", "workbench") for file in sorted((ROOT / folder).rglob("*.py"))]


class _Failing(ImageView):
    """Fails in the middle of its painting and keeps the painter, as a traceback that is held keeps it."""

    def __init__(self) -> None:
        super().__init__()
        self.used = list[QPainter]()

    def draw_overlay(self, painter: QPainter, region: QRegion) -> None:
        self.used.append(painter)
        raise ValueError("no overlay today")


def test_a_painting_that_fails_ends_its_painter(qtbot: QtBot) -> None:
    view = _Failing()
    qtbot.addWidget(view)
    view.resize(60, 60)
    view.set_image(np.zeros((8, 8, 3), np.uint8))
    with pytest.raises(ValueError, match="no overlay today"):
        view.grab()
    assert [painter.isActive() for painter in view.used] == [False]


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.stem)
def test_every_painter_is_ended_by_a_with_block(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    closed = {id(item.context_expr) for node in ast.walk(tree) if isinstance(node, ast.With) for item in node.items}
    left = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Call) and id(node) not in closed
            and isinstance(node.func, ast.Name) and node.func.id in {"QPainter", "QStylePainter"}]
    assert not left
