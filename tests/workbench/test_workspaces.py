"""What every workspace declares, and that nothing but its own workspace asks which task it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import engines
import workbench
from engines import shown
from engines.tasks.base import tasks
from workbench.workspaces.registry import Spaces, kinds

ROOT = Path(workbench.__file__).parent
# run or photograph certain tasks by name
MAKER = "task_claims.py"  # of a picture that it attaches itself
SCENES = ("cli", "bench", "shots.py")


def test_every_workspace_has_a_name_a_title_and_a_key_of_its_own() -> None:
    names, titles, keys = ([getattr(kind, what) for kind in kinds()] for what in ("name", "title", "shortcut"))
    assert names == ["images", "points", "train"]
    for found in (names, titles, keys):
        assert all(found)
        assert len(set(found)) == len(found)


def test_every_task_names_a_workspace_that_exists_or_none() -> None:
    known = {kind.name for kind in kinds()}
    shown = {task.name: task.workspace for task in tasks().values()}
    assert {space for space in shown.values() if space} <= known
    assert known <= set(shown.values()), "a workspace without a task has no form to show"
    assert shown["evaluate"] == ""


def test_the_tasks_of_images_stand_in_their_order() -> None:
    found = sorted((task for task in tasks().values() if task.workspace == "images"), key=lambda task: task.place)
    assert [task.name for task in found] == ["generate", "inpaint", "restore", "restore-methods", "restore-folder",
                                             "edit", "invert", "interpolate", "noise", "likelihood-images",
                                             "bound-images", "guidance-scale", "gradients"]


def _compared(file: Path) -> Iterator[tuple[str, int]]:
    """Texts that a file compares with, or looks for in a list, and their lines."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        parts = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
        leaves = (leaf for part in parts for leaf in ast.walk(part) if isinstance(leaf, ast.Constant))
        yield from ((leaf.value, leaf.lineno) for leaf in leaves if isinstance(leaf.value, str))


def test_no_file_asks_for_a_task_by_its_name() -> None:
    """A task brings its own facts: a new one must not have to be added to lists elsewhere."""
    files = [file for file in ROOT.rglob("*.py") if file.relative_to(ROOT).parts[0] not in SCENES]
    asked = [f"{file.relative_to(ROOT)}:{line} {text}" for file in files for text, line in _compared(file)
             if text in tasks()]
    assert not asked


def test_submenus_of_two_workspaces_in_one_menu_are_both_there() -> None:
    """A second workspace with lessons must not take the place of the first one's."""
    spaces = Spaces.__new__(Spaces)
    spaces._all = [SimpleNamespace(menus=lambda name=name: {"Help": [name]}) for name in ("lessons", "tour")]
    assert spaces.menus() == {"Help": ["lessons", "tour"]}


def test_tensors_become_arrays_in_the_bridge_alone() -> None:
    """A tensor on a graphics card has no array of its own: the one place that knows is the bridge."""
    files = [file for file in ROOT.rglob("*.py") if file != ROOT / "bridge.py"]
    made = [file.name for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "numpy"]
    assert not made


def test_what_tasks_and_window_call_alike_is_written_once() -> None:
    """A name that both write out for themselves is another one some day in one of them."""
    names = {shown.CANVAS, shown.SAMPLE, shown.KNOWN, shown.FROM_DATA, shown.FROM_FLOW}
    roots = ROOT, Path(engines.__file__).parent
    written = [(file.name, node.value) for root in roots for file in root.rglob("*.py")
               for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
               if isinstance(node, ast.Constant) and node.value in names and file.name != MAKER]
    assert sorted(written) == sorted(("shown.py", name) for name in names)
