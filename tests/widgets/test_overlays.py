"""What lies over the window: palette, shortcut list, message bar; and what stands in an empty panel."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from widgets.controls.badge import Badge
from widgets.controls.command_palette import HELD, SHOWN, CommandPalette, Entry, best, merged, score
from widgets.controls.empty_state import EmptyState
from widgets.controls.error_bar import ErrorBar
from widgets.controls.segmented import Segmented
from widgets.controls.shortcut_overlay import ShortcutOverlay
from widgets.drawing.fonts import words
from widgets.drawing.theme import LIGHT

ENTRIES = (Entry("a:run", "Run", "Run", "Ctrl+Return"), Entry("a:branch", "Branch from here", "Run", "B"),
           Entry("r:1", "16 samples of digits", "DDIM · 50 steps"), Entry("a:theme", "Switch theme", "View", "Ctrl+T"))


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    """A shown window to lay things over."""
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(900, 600)
    with qtbot.waitExposed(made):
        made.show()
    return made


def titles(palette: CommandPalette) -> list[str]:
    """What the palette lists, best first."""
    rows = palette.findChild(QListWidget)
    return [rows.itemWidget(rows.item(k)).findChildren(QLabel)[0].text() for k in range(rows.count())]


# the palette


def test_letters_must_occur_in_order_and_starts_of_words_win() -> None:
    """“bfh” finds “Branch from here”; letters that are not there find nothing."""
    assert score("bfh", "Branch from here") > score("bfh", "a bit of each")
    assert score("xyz", "Branch from here") == -1
    assert best("digits", ENTRIES)[0].key == "r:1"
    assert best("ddim", ENTRIES)[0].key == "r:1"  # the detail is searched, too
    assert [entry.key for entry in best("", ENTRIES, 2)] == ["a:run", "a:branch"]


def test_words_of_a_detail_count_as_one_run_and_keep_the_order() -> None:
    """“seed 100” is the run with that seed, not a shorter title over which its letters are strewn."""
    entries = [Entry("a:branch", "Some needed branch 1 of 00", "Run"),
               Entry("r:new", "6 samples of digits", "seed 100 · now"), Entry("r:old", "Short", "seed 100")]
    assert [entry.key for entry in best("seed 100", entries)][:2] == ["r:new", "r:old"]
    tasks = [Entry("r:1", "Inpaint, 4 variants"), Entry("a:inpaint", "Show Inpaint", "View")]
    assert best("inpaint", tasks)[0].key == "a:inpaint"


def test_what_a_search_found_is_listed_once_and_keeps_its_places() -> None:
    """Also where its line does not show the words, and however many other entries fit."""
    entries = [Entry(f"action:{k}", f"Steps {k}") for k in range(20)]
    found = [entries[3], *(Entry(f"run:{k}", f"Old {k}") for k in range(6))]
    keys = [entry.key for entry in merged("steps", entries, found)]
    assert len(keys) == len(set(keys)) == SHOWN
    assert keys[-HELD:] == [f"run:{k}" for k in range(HELD)]
    assert [e.key for e in merged("old 5", [], found)][0] == "run:5"
    assert merged("", entries, ()) == entries[:SHOWN]


def test_typing_and_enter_choose(qtbot: QtBot, page: QWidget) -> None:
    """The palette takes the keyboard, lists what fits and sends the chosen key."""
    palette = CommandPalette(page)
    palette.open(ENTRIES)
    field = palette.findChild(QLineEdit)
    assert field.hasFocus()
    assert len(titles(palette)) == 4
    qtbot.keyClicks(field, "theme")
    assert titles(palette)[0] == "Switch theme"
    with qtbot.waitSignal(palette.chosen) as chosen:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert chosen.args == ["a:theme"]
    assert palette.isHidden()


def test_arrows_go_round_and_escape_chooses_nothing(qtbot: QtBot, page: QWidget) -> None:
    """Up from the first entry is the last; Escape and a lost focus close it without a choice."""
    palette = CommandPalette(page)
    palette.open(ENTRIES)
    field, rows = palette.findChild(QLineEdit), palette.findChild(QListWidget)
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert rows.currentRow() == 3
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert rows.currentRow() == 0
    with qtbot.assertNotEmitted(palette.chosen):
        qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert palette.isHidden()


def test_a_click_chooses_and_nothing_found_is_said(qtbot: QtBot, page: QWidget) -> None:
    palette = CommandPalette(page)
    palette.open(ENTRIES)
    field, rows = palette.findChild(QLineEdit), palette.findChild(QListWidget)
    qtbot.keyClicks(field, "zzz")
    assert rows.item(0).text() == "Nothing fits; try fewer letters."
    with qtbot.assertNotEmitted(palette.chosen):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    palette.open(ENTRIES)
    with qtbot.waitSignal(palette.chosen) as chosen:
        qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=rows.visualItemRect(rows.item(1)).center())
    assert chosen.args == ["a:branch"]


def test_what_cannot_be_done_now_is_grey_and_says_why(qtbot: QtBot, page: QWidget) -> None:
    """It stands below what can be done, and neither Enter nor a click chooses it."""
    palette = CommandPalette(page)
    undo = Entry("a:undo", "Undo", "Edit", "Ctrl+Z", "There is nothing to undo")
    palette.open([undo, Entry("a:u", "Unfold", "View")])
    field, rows = palette.findChild(QLineEdit), palette.findChild(QListWidget)
    qtbot.keyClicks(field, "un")
    assert titles(palette) == ["Unfold", "Undo"]
    line = rows.itemWidget(rows.item(1))
    assert not line.isEnabled()
    assert [label.text() for label in line.findChildren(QLabel)] == ["Undo", "There is nothing to undo", "Ctrl+Z"]
    qtbot.keyClicks(field, "do")
    assert titles(palette) == ["Undo"]
    with qtbot.assertNotEmitted(palette.chosen):
        qtbot.keyClick(field, Qt.Key.Key_Return)
        qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=rows.visualItemRect(rows.item(0)).center())
    assert palette.isVisible()


def test_the_palette_stays_inside_a_small_window(page: QWidget) -> None:
    page.resize(400, 300)
    palette = CommandPalette(page)
    palette.open(ENTRIES)
    assert page.rect().contains(palette.geometry())


# the shortcut list


def test_all_keys_are_shown_found_and_closed(qtbot: QtBot, page: QWidget) -> None:
    """Every pair of words and keys is on the page; it keeps its margins in a small window; typing finds, Esc closes."""
    overlay = ShortcutOverlay(page)
    overlay.open({"Steps": [("Next step", "→"), ("Play", "Space")], "Canvas": [("Zoom", "Wheel")]})
    shown = {label.text() for label in overlay.findChildren(QLabel)}
    assert {"Steps", "Next step", "→", "Play", "Space", "Canvas", "Zoom", "Wheel"} <= shown
    page.resize(500, 400)
    assert page.rect().contains(overlay.geometry())
    field = overlay.findChildren(QLineEdit)[0]
    qtbot.keyClicks(field, "play")
    shown = {label.text() for label in overlay.findChildren(QLabel) if label.isVisible()}
    assert "Space" in shown
    assert "Wheel" not in shown
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert overlay.isHidden()
    overlay.open({"Canvas": [("Zoom", "Wheel")]})
    assert "Next step" not in {label.text() for label in overlay.findChildren(QLabel) if label.isVisible()}
    qtbot.mouseClick(overlay, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert overlay.isHidden()


# the message bar


def test_a_sentence_with_its_remedies(qtbot: QtBot, page: QWidget) -> None:
    """A remedy does what it says and takes the bar away; the next sentence has its own."""
    bar, done = ErrorBar(page), list[str]()
    assert bar.sentence == ""
    bar.show_sentence("The mask covers nothing; paint a hole.", [("Paint", lambda: done.append("paint")),
                                                                 ("Later", lambda: done.append("later"))])
    assert bar.sentence == bar.accessibleDescription() == "The mask covers nothing; paint a hole."
    first, second = (b for b in bar.findChildren(QPushButton))
    assert (first.property("primary"), second.property("primary")) == (True, False)
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert done == ["paint"]
    assert bar.isHidden()
    assert bar.sentence == ""
    bar.show_sentence("Moved to the trash.", [("Undo", lambda: done.append("undo"))], "info")
    assert [b.text() for b in bar.findChildren(QPushButton) if b.isVisibleTo(bar)] == ["Undo"]


def test_a_remedy_may_bring_the_next_sentence(qtbot: QtBot, page: QWidget) -> None:
    """The bar hides before the remedy acts, so that what it has to say stays."""
    bar = ErrorBar(page)
    bar.show_sentence("First.", [("Go on", lambda: bar.show_sentence("Second."))])
    qtbot.mouseClick(bar.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert bar.sentence == "Second."


def test_the_cross_dismisses(qtbot: QtBot, page: QWidget) -> None:
    bar = ErrorBar(page)
    bar.show_sentence("Something is wrong; do this.")
    cross = bar.findChild(QToolButton)
    assert cross.accessibleName() == "Dismiss"
    with qtbot.waitSignal(bar.dismissed):
        qtbot.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert bar.isHidden()


@pytest.mark.parametrize("how", ["mouse", "keys", "another sentence"])
def test_the_keyboard_comes_back_from_the_bar(qtbot: QtBot, page: QWidget, how: str) -> None:
    """Not to whatever stands next in the tab order."""
    line, other, bar = QLineEdit(page), QLineEdit(page), ErrorBar(page)
    for widget in (other, line):
        widget.show()
        widget.setFocus()
    qtbot.waitUntil(line.hasFocus)
    bar.show_sentence("First.", [("Go on", lambda: None)])
    button = bar.findChild(QPushButton)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(button.hasFocus)
    if how == "mouse":
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    elif how == "keys":
        qtbot.keyClick(button, Qt.Key.Key_Space)
    else:
        bar.show_sentence("Second.")
    assert line.hasFocus()


# empty panels, segments, badges


def test_an_empty_panel_says_what_to_do(qtbot: QtBot) -> None:
    """One sentence and its button; without a button text there is none."""
    state = EmptyState("Press Run to draw samples.", "Run", "sparkles")
    qtbot.addWidget(state)
    state.show()
    button = state.findChild(QPushButton)
    with qtbot.waitSignal(state.activated):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    state.set_sentence("Nothing here yet.")
    assert not button.isVisible()
    sign = next(label for label in state.findChildren(QLabel) if not label.pixmap().isNull())
    dark = sign.pixmap().toImage()
    state.set_theme(LIGHT)
    assert sign.pixmap().toImage() != dark


def test_one_segment_is_chosen_by_click_or_arrows_and_takes_no_focus_by_click(qtbot: QtBot) -> None:
    """A click leaves the keyboard where it was; a greyed choice is passed over."""
    choice = Segmented([("a", "A"), ("b", "B"), ("c", "C")], "Letter")
    qtbot.addWidget(choice)
    with qtbot.waitExposed(choice):
        choice.show()
    with qtbot.waitSignal(choice.chosen) as chosen:
        qtbot.mouseClick(choice.button("b"), Qt.MouseButton.LeftButton)
    assert chosen.args == ["b"]
    assert not choice.button("b").hasFocus()
    choice.set_available("c", False, "Not here")
    qtbot.keyClick(choice, Qt.Key.Key_Right)
    assert choice.value() == "a"
    choice.pick("c")
    assert choice.value() == "a"
    choice.set_choices([("x", "X"), ("a", "A")])
    assert choice.value() == "a"


def test_a_badge_covers_its_words(qtbot: QtBot) -> None:
    """It is as large as it says, is dark in both themes, and an empty one paints nothing."""
    image = QImage(240, 40, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    room = QRectF(8, 8, 224, 30)
    box = Badge("x_t · step 30 of 50").draw(painter, room, words(11))
    nothing = Badge().draw(painter, room, words(11))
    narrow = Badge("x_t · step 30 of 50").draw(painter, QRectF(140, 8, 80, 30), words(11))
    hyphen = Badge("Probability-flow ODE · Heun").box(room, words(11))
    painter.end()
    assert nothing.isEmpty()
    assert 80 < box.width() < 200
    assert hyphen.height() == box.height(), "words that have room are not broken at their hyphens"
    assert narrow.width() <= 80
    assert narrow.height() > 1.5 * box.height()
    assert image.pixelColor(box.center().toPoint().x(), round(box.top()) + 1).lightness() < 80
    assert image.pixelColor(round(box.right()) + 4, 20).lightness() == 255


def test_a_button_of_the_bar_leaves_the_keyboard_to_nobody_where_nobody_had_it(qtbot: QtBot, page: QWidget) -> None:
    """Not to whatever stands next, which then wore the focus ring."""
    bar, tab = ErrorBar(page), QPushButton("Images", page)
    bar.resize(600, 40)
    tab.move(0, 100)
    tab.show()
    page.setFocus()
    page.clearFocus()
    bar.show_sentence("This picture carries a recipe.", [("Repeat the run", lambda: None)], "info")
    button = next(b for b in bar.findChildren(QPushButton))
    button.setFocus()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert bar.isHidden()
    assert not tab.hasFocus()
