"""Several names at once: chips that are taken out, and a list in which they are ticked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engines.samplers.base import samplers
from engines.tasks.sweep import SweepOptions
from widgets.drawing.theme import LIGHT, dress
from widgets.options.fields import FieldSpec, Kind
from widgets.options.form import OptionForm
from widgets.options.making import make_editor
from widgets.options.names import NamesEditor
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


def test_names_are_chosen_and_taken_out_by_keys(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = make_editor(SPEC)
    assert isinstance(editor, NamesEditor)
    qtbot.addWidget(editor)
    with qtbot.waitExposed(editor):
        editor.show()
    editor.set_value("heun, heun,nosuch, ddim")
    assert editor.value() == "heun, nosuch, ddim", "what there is not stays to be seen, and is refused with a sentence"
    told = list[object]()
    editor.edited.connect(lambda: told.append(editor.value()))
    chips = editor.chips
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(chips, key)
    assert chips.accessibleName() == "Samplers: Heun, nosuch, DDIM. nosuch: Delete takes it out"
    qtbot.keyClick(chips, Qt.Key.Key_Delete)
    assert told == ["heun, ddim"]
    opened, closed = list[QPoint](), list[bool]()
    monkeypatch.setattr(editor.menu, "popup", opened.append)  # a display without a window manager has no menus
    editor.menu.aboutToHide.connect(lambda: closed.append(True))
    qtbot.keyClick(chips, Qt.Key.Key_Down)
    assert len(opened) == 1
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Space):
        qtbot.keyClick(editor.menu, key)
    assert (told[-1], closed) == ("heun, ddim, plms", [])


def test_a_cross_takes_its_chip_out_and_the_field_is_as_high_as_its_chips(qtbot: QtBot) -> None:
    editor = make_editor(SPEC)
    assert isinstance(editor, NamesEditor)
    qtbot.addWidget(editor)
    editor.resize(160, 60)
    with qtbot.waitExposed(editor):
        editor.show()
    editor.set_value("ddim, heun, plms")
    chips, high = editor.chips, editor.chips.height()
    assert all(chip.right() <= chips.width() for chip in chips.chips())
    middle = chips.chips()[1]
    qtbot.mouseClick(chips, Qt.MouseButton.LeftButton, pos=QPointF(middle.right() - 8, middle.center().y()).toPoint())
    assert editor.names == ["ddim", "plms"]
    editor.set_value("ddim")
    assert chips.height() < high


def test_a_sweep_offers_every_sampler() -> None:
    field = next(spec for spec in specs(SweepOptions) if spec.name == "samplers")
    assert field.kind == Kind.NAMES
    assert [name for name, _ in field.choices] == list(samplers())


def test_the_options_of_a_component_chosen_later_wear_the_theme(qtbot: QtBot) -> None:
    """They are made when it is chosen, long after the form was dressed."""
    names = FieldSpec("samplers", "Samplers", Kind.NAMES, "ddim", choices=(("ddim", "DDIM"),))
    form = OptionForm()
    qtbot.addWidget(form)
    kinds = (("one", "One"), ("two", "Two"))
    form.set_fields([FieldSpec("kind", "Kind", Kind.COMPONENT, {"name": "one"}, choices=kinds,
                               fields_by_choice={"one": (), "two": (names,)})])
    dress(form, LIGHT)
    form.set_values({"kind": {"name": "two"}})
    row = form.row("kind.samplers")
    assert row is not None
    assert isinstance(row.editor, NamesEditor)
    assert row.editor.chips.theme is LIGHT
