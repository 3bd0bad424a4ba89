"""Several names at once: typed, or ticked in a list."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engines.samplers.base import samplers
from engines.tasks.sweep import SweepOptions
from widgets.option_fields import FieldSpec, Kind
from widgets.option_names import NamesEditor
from widgets.option_rows import make_editor
from workbench.forms import specs

SPEC = FieldSpec("samplers", "Samplers", Kind.NAMES, choices=(("ddim", "DDIM"), ("heun", "Heun"), ("plms", "PLMS")))


def test_names_are_ticked_in_the_list_and_typed_all_the_same(qtbot: QtBot) -> None:
    editor = make_editor(SPEC)
    assert isinstance(editor, NamesEditor)
    qtbot.addWidget(editor)
    editor.show()
    editor.set_value("heun, ddim")
    told = list[object]()
    editor.edited.connect(lambda: told.append(editor.value()))
    editor.menu.aboutToShow.emit()
    editor.menu.resize(editor.menu.sizeHint())
    closed = list[bool]()
    editor.menu.aboutToHide.connect(lambda: closed.append(True))
    ddim, heun, plms = editor.menu.actions()
    assert [action.isChecked() for action in (ddim, heun, plms)] == [True, True, False]
    for action in (plms, heun):
        QTest.mouseClick(editor.menu, Qt.MouseButton.LeftButton, pos=editor.menu.actionGeometry(action).center())
    assert told == ["heun, ddim, plms", "ddim, plms"]
    assert not closed, "several are ticked one after the other"
    assert [action.isChecked() for action in (ddim, heun, plms)] == [True, False, True]
    editor.control.clear()
    qtbot.keyClicks(editor.control, "ddim, ddim,nosuch ")
    assert editor.names == ["ddim", "nosuch"]
    assert editor.value() == "ddim, ddim,nosuch "


def test_a_sweep_offers_every_sampler() -> None:
    field = next(spec for spec in specs(SweepOptions) if spec.name == "samplers")
    assert field.kind == Kind.NAMES
    assert [name for name, _ in field.choices] == list(samplers())
