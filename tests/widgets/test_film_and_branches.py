"""Film strip and branch tree."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from widgets.controls.film_strip import FilmStrip
from widgets.lists.branch_tree import Branch, BranchTree


def picture(number: int) -> QImage | None:
    """A grey picture for every number up to 30."""
    image = QImage(8, 8, QImage.Format.Format_Grayscale8)
    image.fill(number)
    return image if number <= 30 else None


def test_film_strip_spreads_its_frames_and_jumps(qtbot: QtBot) -> None:
    """First and last are always there, and a click goes to the frame's step."""
    strip = FilmStrip()
    strip.resize(540, 50)
    qtbot.addWidget(strip)
    strip.set_frames(list(range(51)), picture)
    assert strip.shown[0] == 0
    assert strip.shown[-1] == 50
    with qtbot.waitSignal(strip.picked) as signal:
        qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(538, 25))
    assert signal.args == [50]
    strip.set_current(strip.shown[3])
    with qtbot.waitSignal(strip.picked) as signal:
        qtbot.keyClick(strip, Qt.Key.Key_Left)
    assert signal.args == [strip.shown[3] - 1]


def test_a_high_film_strip_still_shows_the_course(qtbot: QtBot) -> None:
    """Frames grow with the strip, but never so far that a few of them stand for the whole run."""
    strip = FilmStrip()
    qtbot.addWidget(strip)
    strip.set_frames(list(range(51)), picture)
    for width, height in ((630, 92), (760, 92), (1240, 92)):
        strip.resize(width, height)
        boxes = [strip._box(k, len(strip.shown)) for k in range(len(strip.shown))]
        assert len(boxes) >= 9
        assert boxes[-1].right() >= width - 8
        assert boxes[0].height() >= 60


def test_branches_are_chosen_and_compared(qtbot: QtBot) -> None:
    """A click shows a run, Ctrl+click puts it beside the current one."""
    tree = BranchTree()
    tree.resize(500, 60)
    qtbot.addWidget(tree)
    tree.set_branches([Branch("a", "Run"), Branch("b", "DPS from step 20", 0.4, 1, "a")], "a")
    below = QPoint(400, 28)  # the second of the rows, which stay where they are
    with qtbot.waitSignal(tree.chosen) as chosen:
        qtbot.mouseClick(tree, Qt.MouseButton.LeftButton, pos=below)
    with qtbot.waitSignal(tree.compare_asked) as compared:
        qtbot.mouseClick(tree, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, below)
    assert chosen.args == compared.args == ["b"]
    with qtbot.waitSignal(tree.chosen) as chosen:
        qtbot.keyClick(tree, Qt.Key.Key_Up)
    assert chosen.args == ["b"]


def test_a_run_that_cannot_branch_does_not_invite_to(qtbot: QtBot) -> None:
    """What stands in the place of branches is said aloud as well, until there is one."""
    tree = BranchTree()
    qtbot.addWidget(tree)
    tree.set_branches([Branch("a", "Run")], "a")
    assert tree.accessibleDescription().startswith("Branch from any step")
    tree.set_branches([Branch("a", "Run")], "a", "No branches here.")
    assert tree.accessibleDescription() == "No branches here."
    tree.set_branches([Branch("a", "Run"), Branch("b", "DPS", 0.4, 1, "a")], "a")
    assert tree.accessibleDescription() == "2 runs: Run, DPS; now Run"
