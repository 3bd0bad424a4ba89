"""All commands: those found in `workbench.cli.commands`, and one for each task."""

from __future__ import annotations

import importlib
import pkgutil

from workbench.cli.command import Command


def commands() -> dict[str, Command]:
    """Every command that is not a task, by name; imports no torch."""
    root = importlib.import_module("workbench.cli.commands")
    modules = [importlib.import_module(f"{root.__name__}.{m.name}") for m in pkgutil.iter_modules(root.__path__)]
    found = [c() for module in modules for c in vars(module).values()
             if isinstance(c, type) and issubclass(c, Command) and c.name and c.__module__ == module.__name__]
    return {command.name: command for command in sorted(found, key=lambda command: command.name)}


def task_commands() -> dict[str, Command]:
    """Every task as a command; imports torch."""
    from engines.tasks.base import tasks
    from workbench.cli.task_command import TaskCommand

    return {name: TaskCommand(task) for name, task in tasks().items()}
