"""Points in the Data list: the user's own are kept, used, renamed and removed there, and built-in sets are chosen."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import SIGNAL, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from engines.data.points.base import point_sets
from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import chosen, filled, form_of, offered, turned
from tests.journeys.window import Window
from tests.widgets.pointer import drag
from workbench.kept_points import KeptPoints
from workbench.workspaces.points import Points

TABLE = "\n".join(f"{k % 7},{k % 5 + k / 100}" for k in range(60))


def own(window: Window) -> list[str]:
    """Titles of the user's points in the list."""
    return [row.title for row in window.data_list.rows if row.key.endswith(".npy")]


def row_key(window: Window, title: str) -> str:
    return next(row.key for row in window.data_list.rows if row.title == title)


def taken(window: Window, qtbot: QtBot, folder: Path, name: str = "mine.csv", text: str = TABLE) -> None:
    (folder / name).write_text(text)
    before = own(window)
    window.drop.open(folder / name)
    qtbot.waitUntil(lambda: own(window) != before, timeout=SOON)


def test_other_points_under_a_name_that_was_removed_are_looked_at_anew(qtbot: QtBot, opened: Opener, tmp_path: Path,
                                                                       ) -> None:
    window = opened()
    turned(window, qtbot)
    for count in (60, 4):
        taken(window, qtbot, tmp_path, text="\n".join(TABLE.splitlines()[:count]))
        qtbot.waitUntil(lambda count=count: window.data_list.rows[0].facts == f"{count} points of the plane",
                        timeout=SOON)
        window.data_list.delete_asked.emit([row_key(window, "mine")])
        assert own(window) == []


def test_a_table_is_kept_and_found_again_with_its_count_and_picture(qtbot: QtBot, opened: Opener, tmp_path: Path,
                                                                   ) -> None:
    window = opened()
    turned(window, qtbot)
    taken(window, qtbot, tmp_path)
    row = window.data_list.rows[0]
    assert (row.title, len(window.data_list.rows)) == ("mine", len(point_sets()))
    qtbot.waitUntil(lambda: window.data_list.rows[0].facts == "60 points of the plane", timeout=SOON)
    assert window.data_list.rows[0].thumbnail is not None
    # taken once more it is the same; other points of the name get a number; the file is no longer needed
    window.drop.open(tmp_path / "mine.csv")
    taken(window, qtbot, tmp_path, text="1\n2\n4\n")
    assert sorted(own(window)) == ["mine", "mine-2"]
    (tmp_path / "mine.csv").unlink()
    window.close()
    again = opened()
    space = turned(again, qtbot)
    qtbot.waitUntil(lambda: sorted(own(again)) == ["mine", "mine-2"], timeout=SOON)
    again.data_list.activated.emit(row.key)
    qtbot.waitUntil(lambda: space.data.values is not None and space.data.values.shape == (60, 2), timeout=SOON)
    assert again.panel.values()["data"]["name"] == "own"
    assert sorted(own(again)) == ["mine", "mine-2"]


def test_points_are_renamed_and_removed_and_undo_brings_both_back(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    turned(window, qtbot)
    taken(window, qtbot, tmp_path)
    window.data_list.renamed.emit(row_key(window, "mine"), "yours")
    assert own(window) == ["yours"]
    window.desk.actions["edit.undo"].trigger()
    assert own(window) == ["mine"]
    window.desk.actions["edit.redo"].trigger()
    before = Path(row_key(window, "yours")).read_bytes()
    window.data_list.delete_asked.emit([row_key(window, "yours")])
    assert own(window) == []
    assert "Removed the points yours" in window.bar.sentence
    window.desk.actions["edit.undo"].trigger()
    assert Path(row_key(window, "yours")).read_bytes() == before
    window.data_list.renamed.emit(row_key(window, "yours"), " ")
    assert "type one" in window.bar.sentence
    assert own(window) == ["yours"]


def test_a_built_in_set_goes_into_the_form_and_undo_takes_it_back(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    before = window.panel.values()["data"]
    window.data_list.activated.emit(json.dumps({"name": "claw"}))
    assert window.panel.values()["data"]["name"] == "claw"
    window.desk.actions["edit.undo"].trigger()
    assert window.panel.values()["data"] == before
    # built-in sets stay, and their menu has nothing that would change them
    window.data_list.delete_asked.emit([json.dumps({"name": "claw"})])
    assert json.dumps({"name": "claw"}) in [row.key for row in window.data_list.rows]


def test_the_menu_says_what_can_be_done(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    turned(window, qtbot)
    taken(window, qtbot, tmp_path)
    sets = window.spaces.find(Points).point_sets
    found = [[action.text() for action in sets.menu([row_key(window, title)], window.data_list).actions()]
             for title in ("mine", point_sets()["ring"].title)]
    assert found == [["Use as data", "Rename", "Show file", "Remove"], ["Use as data"]]


def test_pasted_and_drawn_points_are_kept_and_pictures_have_their_own_list(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    space = turned(window, qtbot)
    QGuiApplication.clipboard().setText(TABLE)
    assert space.data.paste()
    assert own(window) == ["clipboard"]
    window.desk.actions["points.draw"].trigger()
    field = space.field_page.plane.fields[0]
    middle = QPointF(field.rect().center())
    drag(field, middle, middle / 2)
    assert own(window) == ["clipboard"], "a drawing is kept once it is over"
    window.desk.actions["points.draw"].trigger()
    assert sorted(own(window)) == ["clipboard", "drawing"]
    qtbot.mouseClick(window.top.tabs.button("train"), Qt.MouseButton.LeftButton)
    assert [row.key for row in window.data_list.rows] == ["digits"]


@pytest.mark.parametrize("title", ["a/b", "con", "…"])
def test_any_title_becomes_a_file(tmp_path: Path, title: str) -> None:
    kept, values = KeptPoints(tmp_path / "points"), np.arange(6.0).reshape(3, 2)
    file = kept.keep(title, values)
    assert np.array_equal(np.load(file), values)
    assert kept.files() == [file]


def test_a_kept_set_is_chosen_by_its_name_in_the_form(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    space = turned(window, qtbot)
    taken(window, qtbot, tmp_path)
    taken(window, qtbot, tmp_path, "line.csv", "1\n2\n4\n")
    assert list(offered(window, "data.file").values()) == ["line", "mine"]
    chosen(window, "data.file", row_key(window, "mine"))
    qtbot.waitUntil(lambda: space.data.values is not None and space.data.values.shape == (60, 2), timeout=SOON)
    assert window.panel.values()["data"] == {"name": "own", "file": "points.npy"}
    assert list(offered(window, "data.file").values()) == ["mine", "line"]
    window.desk.actions["edit.undo"].trigger()
    assert list(offered(window, "data.file").values()) == ["line", "mine"]
    # other forms offer them as well, also those of a set that was chosen before
    window.navigator.choose_task("fit-mixture")
    filled(window, data={"name": "own"})
    assert list(offered(window, "data.file").values()) == ["line", "mine"]
    window.data_list.renamed.emit(row_key(window, "mine"), "yours")
    assert list(offered(window, "data.file").values()) == ["line", "yours"]
    # and each listens once, however often the user turned from one to another
    row = form_of(window).row("data.file")
    assert row is not None
    listening = row.editor.receivers(SIGNAL("edited()"))
    for task in ("sample-points", "fit-mixture") * 2:
        window.navigator.choose_task(task)
    assert row.editor.receivers(SIGNAL("edited()")) == listening >= 1


def test_points_that_are_not_kept_are_told_from_those_of_their_name(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    space = turned(window, qtbot)
    first, second = np.array([[0.0], [1.0]]), np.array([[0.0], [2.0]])
    space.data.put(first, "drawing", "Draw points")
    assert list(offered(window, "data.file").values()) == ["drawing"]
    space.data.came()
    space.data.put(second, "drawing", "Draw points")
    assert list(offered(window, "data.file").values()) == ["drawing (not kept yet)", "drawing"]
    space.data.came()
    assert list(offered(window, "data.file").values()) == ["drawing-2", "drawing"]


def test_undo_and_redo_go_on_calling_points_what_they_are_kept_as(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    data, actions = turned(window, qtbot).data, window.desk.actions
    taken(window, qtbot, tmp_path)
    taken(window, qtbot, tmp_path, text=f"{TABLE}\n7,8")
    assert data.called == "mine-2"
    actions["edit.undo"].trigger()
    assert data.called == "mine"
    actions["edit.redo"].trigger()
    assert data.called == "mine-2"
    window.data_list.renamed.emit(row_key(window, "mine-2"), "yours")
    assert data.called == "yours"
    actions["edit.undo"].trigger()
    assert data.called == "mine-2"
    window.data_list.renamed.emit(row_key(window, "mine"), "others")
    actions["edit.undo"].trigger()
    actions["edit.undo"].trigger()
    assert data.called == "mine"
    window.data_list.renamed.emit(row_key(window, "mine"), "others")
    assert data.called == "others"


def test_sets_on_a_line_are_marked_in_the_form(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    titles = offered(window, "data")
    assert titles["claw"] == "Claw · on a line"
    assert titles["ring"] == "Ring of blobs"
