"""What stands over the slider: film frames at their steps, and the branch tree with its words, menu and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.widgets.pointer import turn_wheel
from tests.widgets.test_film_and_branches import picture
from widgets.controls.film_strip import FilmStrip
from widgets.controls.step_scrubber import StepScrubber
from widgets.controls.step_slider import place
from widgets.lists.branch_tree import DOT, Branch, BranchTree


def test_branches_are_compared_from_menu_and_keys(qtbot: QtBot) -> None:
    """The menu of a run offers it; Ctrl with up and down goes on through the others."""
    tree = BranchTree()
    qtbot.addWidget(tree)
    tree.set_branches([Branch("a", "Run"), Branch("b", "DPS", 0.4, 1, "a"), Branch("c", "DDPM", 0.5, 1, "a")], "a")
    entries = {action.text(): action for action in tree.menu(["b"]).actions()}
    with qtbot.waitSignal(tree.compare_asked) as compared:
        entries["Compare with this run"].trigger()
    assert compared.args == ["b"]
    assert [action.text() for action in tree.menu(["a"]).actions()] == ["Run is shown"]
    assert "Compare with “DDPM”" in [action.text() for action in tree.menu(["a", "b", "c"]).actions()]
    for now, wanted in (("", "b"), ("b", "c"), ("c", "b")):
        tree.set_compared(now)
        with qtbot.waitSignal(tree.compare_asked) as compared:
            qtbot.keyClick(tree, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
        assert compared.args == [wanted]


def test_the_first_run_of_a_tree_stays_in_sight(qtbot: QtBot) -> None:
    """However many branches scroll below it, a click on the top row shows it."""
    tree = BranchTree()
    tree.resize(500, 80)
    qtbot.addWidget(tree)
    tree.set_branches([Branch("0", "Run"), *(Branch(str(k), f"Branch {k}", 0.4, 1, "0") for k in range(1, 7))], "6")
    assert [k for k in range(7) if tree._seen(k)] == [0, 5, 6]
    with qtbot.waitSignal(tree.chosen) as chosen:
        qtbot.mouseClick(tree, Qt.MouseButton.LeftButton, pos=QPoint(60, 10))
    assert chosen.args == ["0"]
    turn_wheel(tree, QPointF(100, 40), 120)
    assert [k for k in range(7) if tree._seen(k)] == [0, 4, 5]


def test_rings_and_ticks_leave_the_words_of_a_tree_alone(qtbot: QtBot) -> None:
    """The words of a run are painted alike whether a branch leaves below them and the position is there, or not."""
    tree = BranchTree()
    tree.resize(500, 80)
    qtbot.addWidget(tree)
    pictures = list[QImage]()
    for start, share in ((0.9, 0.95), (0.04, 0.05)):
        tree.set_branches([Branch("a", "A run of this name"), Branch("b", "Branch", start, 1, "a")], "a")
        tree.set_position(share)
        words = QRect(8, 2, 100, round(tree._y(0) - DOT) - 4)
        pictures.append(tree.grab(words).toImage())
    assert pictures[0] == pictures[1]


def test_the_position_stands_on_the_run_that_has_the_step(qtbot: QtBot) -> None:
    """Before a branch began it is on the line of the run it left."""
    tree = BranchTree()
    qtbot.addWidget(tree)
    tree.set_branches([Branch("a", "Run"), Branch("b", "DPS", 0.4, 1, "a")], "b")
    tree.set_position(0.5)
    assert tree._ticked() == {"b"}
    tree.set_position(0.3)
    assert tree._ticked() == {"a"}


def test_a_run_without_branches_is_not_painted_again_while_one_scrubs(
        qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words stand in its place, and no step moves them."""
    asked = list[float]()
    for branches in ([Branch("a", "Run")], [Branch("a", "Run"), Branch("b", "DPS", 0.4, 1, "a")]):
        tree = BranchTree()
        qtbot.addWidget(tree)
        tree.set_branches(branches, "a")
        tree.set_position(0.5)
        before = tree.grab().toImage()
        monkeypatch.setattr(tree, "update", lambda: asked.append(0.25))
        tree.set_position(0.25)
        assert len(asked) == len(branches) - 1
        assert (tree.grab().toImage() == before) is (len(branches) == 1)


@pytest.mark.parametrize("total", [1, 5, 10, 50, 1000])
@pytest.mark.parametrize(("width", "height"), [(560, 48), (760, 90), (1240, 120)])
def test_frames_stand_over_their_steps(qtbot: QtBot, total: int, width: int, height: int) -> None:
    """Every frame's middle is within half a step of its own on the slider; gaps are even and reach both ends."""
    scrubber, film = StepScrubber(), FilmStrip(along=True)
    qtbot.addWidget(scrubber)
    scrubber.add_strip(film)
    film.setFixedHeight(height)
    film.inset_changed.connect(scrubber.set_inset)
    scrubber.resize(width, height + 120)
    film.set_frames(list(range(total + 1)), picture)
    with qtbot.waitExposed(scrubber):
        scrubber.show()
    shown, slider = film.shown, scrubber.slider
    qtbot.waitUntil(lambda: slider.x() > 0)
    boxes = [film._box(k, len(shown)) for k in range(len(shown))]
    half = (place(total, total, slider.width()) - place(0, total, slider.width())) / total / 2
    for number, box in zip(shown, boxes, strict=True):
        beside = 0 if len(shown) == total + 1 else half
        assert abs(box.center().x() - slider.x() - place(number, total, slider.width())) <= beside + 1
    gaps = [b.left() - a.right() for a, b in zip(boxes, boxes[1:], strict=False)]
    assert max(gaps) - min(gaps) < 1e-6
    assert shown[0] == 0
    assert shown[-1] == total
    assert min(gaps) > 0
    assert len(shown) == total + 1 if total <= 10 else len(shown) >= 9


def test_a_film_says_why_its_first_frames_are_missing(qtbot: QtBot) -> None:
    """In one frame around their places; frames that are only not made yet stay empty cells."""
    film = FilmStrip(along=True)
    film.resize(500, 60)
    qtbot.addWidget(film)
    film.set_frames(list(range(11)), lambda number: picture(number) if number >= 4 else None)
    bare = film.grab().toImage()
    film.set_absent(4, "Skipped by the strength")
    told = film.grab().toImage()
    assert film.accessibleDescription() == "Skipped by the strength"
    edge = round(film._box(3, len(film.shown)).right()) + 2
    beside = QRect(edge, 0, 500 - edge, 60)
    assert told.copy(beside) == bare.copy(beside)
    before = QRect(0, 0, edge, 60)
    assert told.copy(before) != bare.copy(before)
    film.set_absent(0, "")
    assert film.grab().toImage() == bare


def test_a_film_frames_no_empty_cell_while_it_has_pictures(qtbot: QtBot) -> None:
    """A run that goes on, or was stopped, stands between the last frame there is and one that is not made yet."""
    film = FilmStrip(along=True)
    film.resize(500, 60)
    qtbot.addWidget(film)
    film.set_frames(list(range(101)), lambda number: picture(number % 10) if number <= 54 else None)
    last = max(number for number in film.shown if number <= 54)
    film.set_current(last)
    on_the_last = film.grab().toImage()
    film.set_current(54)
    assert 54 - last > min(number for number in film.shown if number > 54) - 54
    assert film.grab().toImage() == on_the_last
