"""The option form, driven with keys and mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from widgets.options.fields import FieldSpec, Kind, plain_symbol, tooltip
from widgets.options.form import OptionForm
from widgets.options.numbers import NumberField, SliderEditor
from widgets.options.open_choice import OpenChoiceEditor
from widgets.options.pickers import SeedEditor, SeedMode, parse_ints

ETA = FieldSpec("eta", "Eta", Kind.FLOAT, 0.0, 0, 1, widget="slider", symbol=r"\eta", help="Share of fresh noise.")
FIELDS = (
    FieldSpec("model", "Model", Kind.MODEL, "digits", choices=(("digits", "Digits"), ("faces", "Faces"))),
    FieldSpec("sampler", "Kind", Kind.COMPONENT, {"name": "ddim", "eta": 0.5}, group="Sampler",
              choices=(("ddim", "DDIM"), ("ddpm", "DDPM ancestral")), fields_by_choice={"ddim": (ETA,), "ddpm": ()}),
    FieldSpec("steps", "Steps", Kind.INT, 50, 1, 1000, group="Sampler"),
    FieldSpec("rate", "Rate", Kind.FLOAT, 1e-3, 1e-6, 1, widget="log-slider", group="Sampler"),
    FieldSpec("seed", "Seed", Kind.SEED, 7, 0, 2**31 - 1, group="Samples"),
    FieldSpec("seeds", "Seed list", Kind.INTS, (), group="Samples", advanced=True),
    FieldSpec("mirror", "Mirror", Kind.BOOL, False, advanced=True),
    FieldSpec("label", "Class", Kind.CLASS, "each", choices=(("each", "Each in turn"), ("free", "Free"))),
    FieldSpec("data", "Data", Kind.FOLDER, "digits"),
)


@pytest.fixture
def form(qtbot: QtBot) -> OptionForm:
    made = OptionForm(QUndoStack())
    qtbot.addWidget(made)
    made.set_fields(FIELDS)
    made.resize(304, 700)
    made.show()
    return made


def field(form: OptionForm, name: str) -> NumberField:
    row = form.row(name)
    assert row is not None
    found = row.editor.focusProxy()
    assert isinstance(found, NumberField)
    return found


def test_values_are_the_defaults(form: OptionForm) -> None:
    assert form.values() == {
        "model": "digits", "sampler": {"name": "ddim", "eta": 0.5}, "steps": 50, "rate": 1e-3, "seed": 7, "seeds": (),
        "mirror": False, "label": "each", "data": "digits",
    }


def test_typing_changes_the_value_and_undo_brings_it_back(qtbot: QtBot) -> None:
    stack = QUndoStack()
    form = OptionForm(stack)
    qtbot.addWidget(form)
    form.set_fields(FIELDS)
    control = field(form, "steps")
    control.selectAll()
    with qtbot.waitSignal(form.changed):
        qtbot.keyClicks(control, "20")
    assert form.values()["steps"] == 20
    assert stack.count() == 1  # keys within a second are one step
    stack.undo()
    assert form.values()["steps"] == 50
    stack.redo()
    assert form.values()["steps"] == 20


def test_arrows_step_and_stay_in_range(form: OptionForm, qtbot: QtBot) -> None:
    control = field(form, "steps")
    qtbot.keyClick(control, Qt.Key.Key_Up)
    assert form.values()["steps"] == 51
    qtbot.keyClick(control, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert form.values()["steps"] == 41
    qtbot.keyClick(control, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)  # moves a job in the queue
    assert form.values()["steps"] == 41
    control.set_number(1000)
    qtbot.keyClick(control, Qt.Key.Key_Up)
    assert form.values()["steps"] == 1000


def test_out_of_range_names_the_value_and_the_range(form: OptionForm, qtbot: QtBot) -> None:
    control = field(form, "steps")
    control.selectAll()
    qtbot.keyClicks(control, "5000")
    assert form.problems() == {"steps": "Steps 5000 is out of range; use 1 to 1,000."}
    assert control.property("error") is True
    control.selectAll()
    qtbot.keyClicks(control, "60")
    assert form.problems() == {}


def test_slider_and_number_follow_each_other(form: OptionForm, qtbot: QtBot) -> None:
    row = form.row("sampler.eta")
    assert row is not None
    editor = row.editor
    assert isinstance(editor, SliderEditor)
    qtbot.keyClick(editor.slider, Qt.Key.Key_End)
    assert form.values()["sampler"] == {"name": "ddim", "eta": 1.0}
    assert editor.field.text() == "1"
    rate = form.row("rate")
    assert rate is not None
    assert isinstance(rate.editor, SliderEditor)
    assert rate.editor.slider.value() == 100  # 1e-3 is half way from 1e-6 to 1, by decades


def test_component_keeps_the_options_of_each_choice(form: OptionForm, qtbot: QtBot) -> None:
    row = form.row("sampler")
    assert row is not None
    control = row.editor.focusProxy()
    qtbot.keyClick(control, Qt.Key.Key_Down)
    assert form.values()["sampler"] == {"name": "ddpm"}
    qtbot.keyClick(control, Qt.Key.Key_Up)
    assert form.values()["sampler"] == {"name": "ddim", "eta": 0.5}


def test_set_values_is_silent(form: OptionForm, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(form.changed):
        form.set_values({"steps": 9, "sampler": {"name": "ddpm"}, "seeds": [3, 4], "mirror": True, "unknown": 1})
    values = form.values()
    assert (values["steps"], values["sampler"], values["seeds"]) == (9, {"name": "ddpm"}, (3, 4))
    form.set_values({"seeds": ()})
    assert form.values()["seeds"] == ()


def test_seed_modes(form: OptionForm) -> None:
    row = form.row("seed")
    assert row is not None
    seed = row.editor
    assert isinstance(seed, SeedEditor)
    form.advance_seeds()
    assert seed.value() == 7
    seed.set_mode(SeedMode.INCREMENT)
    form.advance_seeds(16)
    assert seed.value() == 23
    seed.set_mode(SeedMode.LIST)
    assert form.values()["seeds"] == (23,)


def test_seeds_typed_before_the_list_was_chosen_are_that_list(form: OptionForm, qtbot: QtBot) -> None:
    row = form.row("seed")
    assert row is not None
    seed = row.editor
    assert isinstance(seed, SeedEditor)
    seed.field.clear()
    qtbot.keyClicks(seed.field, "5,5,9")
    assert "5,5,9" in row.problem()
    seed.set_mode(SeedMode.LIST)
    assert (seed.seeds(), row.problem()) == ((5, 5, 9), "")
    seed.set_mode(SeedMode.RANDOM)
    assert (seed.field.text(), bool(seed.field.property("error")), row.problem()) == ("5", False, "")


def test_a_missing_model_is_shown_not_swapped(form: OptionForm) -> None:
    form.set_values({"model": "lost"})
    assert form.values()["model"] == "lost"
    form.set_choices("model", (("digits", "Digits"),))
    assert form.values()["model"] == "lost"


def test_browse_and_errors(form: OptionForm, qtbot: QtBot) -> None:
    row = form.row("data")
    assert row is not None
    with qtbot.waitSignal(form.browse_requested) as caught:
        qtbot.mouseClick(row.editor.button, Qt.MouseButton.LeftButton)  # pyright: ignore[reportAttributeAccessIssue]
    assert caught.args == ["data"]
    form.set_error("sampler.eta", "Eta 2 is too large.")
    assert form.problems() == {"sampler": "Eta 2 is too large."}
    form.set_error("sampler.eta", "")
    assert form.problems() == {}


def test_every_control_has_a_name_and_tab_goes_down(form: OptionForm, qtbot: QtBot) -> None:
    for control in form.findChildren(QLineEdit):
        parent = control.parent()
        assert control.accessibleName() or parent.property("accessibleName")
    first = form.row("model")
    assert first is not None
    first.editor.setFocus()
    heights = []
    for _ in range(4):
        focused = form.focusWidget()
        heights.append(focused.mapTo(form, focused.rect().topLeft()).y())
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert all(below >= above - 2 for above, below in zip(heights, heights[1:], strict=False)), heights


def test_tooltip_says_help_range_and_symbol() -> None:
    assert tooltip(ETA) == "Share of fresh noise.\n0 to 1\nη in the formula"
    assert plain_symbol(r"\sigma_t^2") == "σ_t²"
    assert plain_symbol(r"\lambda_{\mathrm{p}}") == "λ_p"
    assert plain_symbol(r"\sigma_{\max}") == "σ_max"
    assert plain_symbol(r"\varsigma") == "ς"


def test_parse_ints() -> None:
    assert parse_ints("7, 9 11-13") == (7, 9, 11, 12, 13)
    assert parse_ints("3 - 5, 8–9 1 – 2, -4") == (3, 4, 5, 8, 9, 1, 2, -4)
    assert parse_ints("1-10000")[-1] == 10_000
    with pytest.raises(ValueError, match="“7 x” is no list of whole numbers; separate them by commas"):
        parse_ints("7 x")


class Windows(QObject):
    """Every widget that is shown as a window of its own. It has no signals."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = set[QWidget]()
        QApplication.instance().installEventFilter(self)  # pyright: ignore[reportOptionalMemberAccess]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.add(watched)
        return False

    def end(self) -> None:
        """Watch no longer."""
        QApplication.instance().removeEventFilter(self)  # pyright: ignore[reportOptionalMemberAccess]


def test_one_more_holds_the_options_that_seldom_change(qtbot: QtBot) -> None:
    """Those of a chosen component stand in it too; it comes and goes with them, and never as a window of its own."""
    windows = Windows()
    noise = FieldSpec("noise", "Noise", Kind.FLOAT, 1.0, 0, 2, advanced=True)
    form = OptionForm()
    qtbot.addWidget(form)
    form.set_fields([FieldSpec("sampler", "Sampler", Kind.COMPONENT, "plain", group="Sampler",
                               choices=(("plain", "Plain"), ("rich", "Rich")),
                               fields_by_choice={"plain": (), "rich": (noise,)})])
    form.show()
    more = next(button for button in form.findChildren(QToolButton) if button.text() == "More")
    assert not more.isVisible()
    form.set_values({"sampler": {"name": "rich", "noise": 0.5}})
    assert more.isVisible()
    row = form.row("sampler.noise")
    assert row is not None
    assert not row.isVisible()
    more.click()
    assert row.isVisible()
    assert form.values() == {"sampler": {"name": "rich", "noise": 0.5}}
    assert windows.shown == {form}
    windows.end()
    # the heading says “Sampler” already
    assert {label.text() for label in form.findChildren(QLabel)} >= {"Sampler", "Kind"}


def test_a_slider_over_decades_sets_whole_numbers(qtbot: QtBot) -> None:
    """1 to 1000 with 10 a third of the way, as fine among the small numbers as among the large."""
    editor = SliderEditor(FieldSpec("jump", "Jump", Kind.INT, 10, 1, 1000, widget="log-slider"))
    qtbot.addWidget(editor)
    editor.set_value(10)
    assert editor.slider.value() == pytest.approx(editor.slider.maximum() / 3, abs=1)
    found = set[object]()
    for stop in range(editor.slider.maximum() + 1):
        editor.slider.setValue(stop)
        found.add(editor.value())
    assert {1, 2, 3, 4, 5, 10, 1000} <= found
    assert all(isinstance(value, int) for value in found)


def test_the_first_click_into_a_choice_chooses_its_words(qtbot: QtBot) -> None:
    """Typing then replaces them; a second click goes into them."""
    choices = (("each", "each in turn"), ("free", "free"))
    editor = OpenChoiceEditor(FieldSpec("label", "Class", Kind.CLASS, "each", choices=choices))
    qtbot.addWidget(editor)
    editor.set_value("each")
    editor.show()
    assert (line := editor.control.lineEdit()) is not None
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    assert line.accessibleName() == "Class"
    assert line.selectedText() == "each in turn"
    qtbot.keyClicks(line, "3")
    assert editor.value() == "3"
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    assert line.selectedText() == ""


def test_the_first_click_into_a_class_opens_its_list(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """A later one puts the text cursor."""
    editor, opened = OpenChoiceEditor(FieldSpec("label", "Class", Kind.CLASS, choices=(("each", "each in turn"),))), [0]
    qtbot.addWidget(editor)
    monkeypatch.setattr(type(editor.control), "showPopup", lambda _self: opened.append(1))
    with qtbot.waitExposed(editor):
        editor.show()
    editor.activateWindow()
    line = editor.control.lineEdit()
    assert line is not None
    editor.control.clearFocus()
    editor.control.setFocus(Qt.FocusReason.MouseFocusReason)  # as a click gives it
    qtbot.waitUntil(editor.control.hasFocus)
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    assert len(opened) == 2
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    assert len(opened) == 2
