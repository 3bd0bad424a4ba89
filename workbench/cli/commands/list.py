"""`main.py list`: what there is to choose from."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING, Any, ClassVar

from workbench.cli.command import DONE, Command, add_home_flag
from workbench.cli.terminal import Terminal

if TYPE_CHECKING:
    from engines.component import Component
    from engines.model_file import ModelFile

LONG = "source"  # a reference makes lines that no terminal has room for
# what a table has room for; the document holds everything
FOR_PEOPLE = {"models": ["choose", "modality", "size", "classes", "steps", "made", "file"]}


class List(Command):
    """Tasks, algorithms of every kind, point sets, models and devices."""

    name: ClassVar[str] = "list"
    document: ClassVar[str] = ("tasks, samplers, methods, operators (what degrades a picture), noises (of a "
                               "measurement), paths, predictions, grids, objectives, weights, laws (noise "
                               "distributions of a training), networks, points (point sets), starts and covariances "
                               "(of a fit), ends (of an interpolation), subjects (pictures a model is measured on), "
                               "traces, studies, laboratory (its priors), models (choose is what --model takes) and "
                               "devices")
    examples: ClassVar[tuple[str, ...]] = ("", "--json")
    summary: ClassVar[str] = "Show tasks, algorithms of every kind, point sets, models and devices."

    def add_flags(self, parser: argparse.ArgumentParser) -> None:
        """Whose models are listed."""
        add_home_flag(parser)

    def run(self, args: argparse.Namespace, terminal: Terminal) -> int:
        """Write the lists as tables, or as one document."""
        del args
        terminal.status("Looking for models and devices…")
        document = {"tasks": tasks(), **components(), "models": models(), "devices": machine()}
        for title, rows in document.items():
            heads = FOR_PEOPLE.get(title) or [head for head in (rows[0] if rows else ()) if head != LONG]
            terminal.table(title.capitalize(), [head.capitalize() for head in heads],
                           [[_cell(row[head]) for head in heads] for row in rows], whole=title in FOR_PEOPLE)
        terminal.document(document)
        return DONE


def tasks() -> list[dict[str, Any]]:
    """Every task by name."""
    from engines.tasks.base import tasks as known

    return [{"name": task.name, "title": task.title, "summary": task.summary} for task in known().values()]


def components() -> dict[str, list[dict[str, Any]]]:
    """Algorithms of every kind, networks and point sets, each with its options."""
    from engines.catalogue import catalogue

    return {shelf.key: [{"name": kind.name, "title": kind.title, "summary": kind.summary,
                         "options": options(kind), "source": kind.source} for kind in shelf.kinds.values()]
            for shelf in catalogue()}


def options(kind: type[Component]) -> list[str]:
    """The names of an algorithm's options, without what it is handed beside them, as a painted mask."""
    return [name for name, field in kind.model_fields.items() if not field.exclude]


def models() -> list[dict[str, Any]]:
    """Every usable model; `choose` is what --model takes, the name where no other has it."""
    from engines.model_list import find_models
    from engines.model_names import written_at
    from workbench.home import home

    def made(model: ModelFile) -> str:
        when = written_at(model)
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(when)) if when else ""

    return [{"choose": m.choice, "name": m.name, "modality": m.spec.modality, "size": m.spec.size,
             "channels": m.spec.channels, "classes": len(m.spec.classes), "network": m.spec.network.name,
             "prediction": m.spec.prediction.name, "steps": m.extra.get("step", ""), "made": made(m),
             "file": str(m.file)}
            for m in find_models(home().model_folders())]


def machine() -> list[dict[str, Any]]:
    """Devices of this machine, the fastest first."""
    from engines.device import devices

    return [{"name": found.kind, "title": found.title} for found in devices()]


def _cell(value: Any) -> str:
    """A value of a table for people."""
    return ", ".join(str(part) for part in value) if isinstance(value, list) else str(value)
