"""The command palette finds any run of the library, however old."""

from __future__ import annotations

import json

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import Opener
from tests.journeys.test_images import fill
from widgets.controls.command_palette import best
from workbench.actions import NOTHING
from workbench.controllers.help import NEWEST
from workbench.library.records import NewRun, State


def test_an_old_run_is_found_by_its_title_and_by_what_made_it(qtbot: QtBot, opened: Opener) -> None:
    """Behind more runs than the palette has at hand; with the words of the library's filter, too."""
    window = opened()
    library = window.desk.library
    for k in range(NEWEST + 1):
        options = {"seed": 4711 if k == 0 else 1}
        library.add(NewRun(f"r{k}", "Quiet harbour" if k == 0 else f"Run {k}", "generate",
                           json.dumps({"options": options}), options))
        library.set_state(f"r{k}", State.DONE)
    window.help.open_palette()
    field = window.help.palette.findChild(QLineEdit)
    assert field is not None
    for words in ("quiet harb", "seed:4711"):
        chosen = list[str]()
        window.help.palette.chosen.disconnect()
        window.help.palette.chosen.connect(chosen.append)
        window.help.open_palette()
        field.setText(words)
        qtbot.keyClick(field, Qt.Key.Key_Return)
        assert chosen == ["run:r0"], words


def test_what_has_nothing_to_act_on_is_listed_with_what_it_needs(opened: Opener) -> None:
    """Every action can be found at any time; those that act on something say what is missing."""
    window = opened()
    entries = {entry.key: entry for entry in window.help.entries()}
    assert {f"action:{spec.name}" for spec, _ in window.desk.actions} <= set(entries)
    assert entries["action:run.branch"].lacks == "Run something first"
    assert entries["action:edit.clear"].lacks == "The mask is empty"
    assert entries["action:edit.undo"].lacks == "There is nothing to undo"
    assert not entries["action:run.start"].lacks
    assert not [key for key, entry in entries.items() if entry.lacks == NOTHING]


def test_tasks_and_themes_are_found_by_their_names_and_have_keys(qtbot: QtBot, opened: Opener) -> None:
    """Before the runs that are called alike; in the View menu, too."""
    window = opened()
    for title in ("Inpaint, 4 variants", "Generate"):
        window.desk.library.add(NewRun(title, title, "generate", json.dumps({"options": {}}), {}))
        window.desk.library.set_state(title, State.DONE)
    for query, key in (("inpaint", "action:view.task.inpaint"), ("light", "action:view.theme"),
                       ("dark", "action:view.theme")):
        assert best(query, window.help.entries())[0].key == key, query
    (below,) = (action.menu() for action in window.top.menus.findChild(QMenu, "menu-view").actions()
                if action.text() == "Tasks")
    assert window.desk.actions["view.task.inpaint"] in below.actions()
    qtbot.keyClick(window, Qt.Key.Key_F6)
    assert window.panel.task == "inpaint"
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert window.panel.task == "generate"


def test_the_palette_finds_presets(opened: Opener) -> None:
    """By their names; taken, it fills the form."""
    window = opened()
    fill(window, "generate", {"steps": 33})
    window.navigator.choose_task("generate")
    window.presets.save("thirty-three")
    fill(window, "generate", {"steps": 5})
    (entry,) = [entry for entry in window.help.entries() if entry.title == "thirty-three"]
    window.help.palette.chosen.emit(entry.key)
    assert window.panel.values()["steps"] == 33


def test_of_tasks_with_one_name_that_of_the_workspace_in_sight_is_found_first(opened: Opener) -> None:
    window = opened()
    for task, other in (("interpolate-points", "interpolate"), ("interpolate", "interpolate-points")):
        window.navigator.choose_task(task)
        first, second = best("interpolate", window.help.entries())[:2]
        assert (first.key, second.key) == (f"action:view.task.{task}", f"action:view.task.{other}")
