"""Menus that are made of declared actions: submenus, and titles that tell tasks of one name apart."""

from __future__ import annotations

from collections import Counter

from PySide6.QtWidgets import QMainWindow, QMenu
from pytestqt.qtbot import QtBot

from engines.tasks.base import tasks
from workbench.actions import Actions, Spec
from workbench.task_actions import task_specs


def titles(menu: QMenu) -> list[str]:
    """Of the entries of a menu, "-" for a line between them."""
    return ["-" if action.isSeparator() else action.text() for action in menu.actions()]


def test_actions_of_a_submenu_stand_in_it_and_leave_no_lines_behind(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = Actions(window)
    actions.add(Spec("one", "One", "View", section="run"), lambda: None)
    for name, section in (("near", ""), ("far", "sample")):
        actions.add(Spec(name, name.capitalize(), "View", section=section, within="Steps"), lambda: None)
    actions.add(Spec("last", "Last", "View", section="zoom"), lambda: None)
    actions.fill(window.menuBar(), {})
    view = window.findChild(QMenu, "menu-view")
    assert view is not None
    assert titles(view) == ["One", "-", "Steps", "-", "Last"]
    # one that is declared later, as tasks are
    actions.add(Spec("later", "Later", "View", within="Steps"), lambda: None)
    steps = view.actions()[2].menu()
    assert isinstance(steps, QMenu)
    assert sorted(titles(steps)) == ["Far", "Later", "Near"]


def test_no_two_tasks_have_one_title_in_the_menu() -> None:
    specs = task_specs(tasks().values())
    assert max(Counter(spec.title for spec in specs.values()).values()) == 1
    assert specs["invert-points"].title == "Show Invert in Points"
    assert specs["sweep"].title == "Show Sweep"
