"""Actions that show the tasks of a workspace, once the engines say which there are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from engines.tasks.base import Task
from workbench.actions import Spec

TASK = "view.task."  # and its name: the action that shows a task
KEYS = ("F5", "F6", "F7", "F8")  # of the first tasks of a workspace


def task_specs(tasks: Iterable[Task]) -> dict[str, Spec]:
    """An action by the name of each task, where a workspace has several: a single one comes with its workspace."""
    together = defaultdict[str, list[Task]](list)
    for task in sorted(tasks, key=lambda task: (task.place, task.name)):
        if task.workspace:
            together[task.workspace].append(task)
    called = Counter(task.title for group in together.values() for task in group)
    specs: dict[str, Spec] = {}
    for group in (group for group in together.values() if len(group) > 1):
        for task, key in zip(group, (*KEYS, *[""] * len(group)), strict=False):
            free = key if all(spec.shortcut != key for spec in specs.values()) else ""
            # two workspaces may have a task of one name
            whose = f" in {task.workspace.capitalize()}" if called[task.title] > 1 else ""
            specs[task.name] = Spec(f"{TASK}{task.name}", f"Show {task.title}{whose}", "View", free,
                                    section="space", help=task.summary, within="Tasks")
    return specs
