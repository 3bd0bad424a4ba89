"""Contracts of the whole: layers, packaging, and the PySide6 releases that can be used."""

from __future__ import annotations

import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

ROOT = Path(__file__).resolve().parents[1]


def test_layers_import_only_what_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """Engines know no Qt, widgets no engines, and only the bridge knows torch."""
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename="pyproject.toml") == EXIT_STATUS_SUCCESS


def test_package_lists_are_explicit() -> None:
    """The flat layout ships the three packages, main.py and the bundled files, and nothing else."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    assert project["packages"]["find"]["include"] == ["workbench*", "widgets*", "engines*", "resources*"]
    assert project["py-modules"] == ["main"]


def test_installed_qt_is_a_usable_release() -> None:
    """6.12.0 aborts on Python 3.11; see the next test for why."""
    major, minor = (int(part) for part in version("PySide6").split(".")[:2])
    assert (6, 10) <= (major, minor) < (6, 12)


class _Painted(QWidget):
    """Counts its own repaints."""

    def __init__(self) -> None:
        super().__init__()
        self.repaints = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        self.repaints += 1
        self.update()


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
def test_repainting_keeps_the_references_to_none(qtbot: QtBot) -> None:
    """A void Qt call must not lose a reference to None: at zero the interpreter aborts."""
    widget = _Painted()
    qtbot.addWidget(widget)
    widget.resize(64, 64)
    with qtbot.waitExposed(widget):
        widget.show()
    before = sys.getrefcount(None)
    for _ in range(2000):
        widget.repaint()
    assert widget.repaints >= 2000
    assert abs(sys.getrefcount(None) - before) < 500
