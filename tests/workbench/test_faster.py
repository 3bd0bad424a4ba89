"""The window compiles a model's network once, behind the first run that could have used it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PySide6.QtCore import QObject, Signal

from workbench import faster
from workbench.desk import Desk
from workbench.faster import Faster


class Queue(QObject):
    """A queue whose jobs end when the test says so."""

    job_finished = Signal(str)


@dataclass
class Compiler:
    """Remembers what it was asked to compile and works until the test stops it."""

    asked: list[str] = field(default_factory=list[str])
    running: bool = False

    def __call__(self, model: str, folders: tuple[Path, ...]) -> Compiler:
        self.asked.append(model)
        self.running = True
        return self

    def stop(self) -> None:
        self.running = False


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> Compiler:
    """In place of the real one."""
    made = Compiler()
    monkeypatch.setattr(faster, "Compilation", made)
    return made


@pytest.fixture
def queue(qapp: object) -> Iterator[Queue]:
    """Its end of the wire."""
    return Queue()


def desk(queue: Queue, recipes: dict[str, dict[str, Any]]) -> Desk:
    """As much of a desk as is needed: a queue and recipes by run."""
    library = SimpleNamespace(recipe=lambda run: json.dumps(recipes[run]), home=SimpleNamespace(model_folders=tuple))
    return cast(Desk, SimpleNamespace(queue=queue, library=library))


def recipe(model: str, compute: str = "split") -> dict[str, Any]:
    """Of a run that was computed in some way."""
    return {"options": {"model": model}, "backend": {"compute": compute}}


def test_the_model_of_a_finished_run_is_compiled_once(queue: Queue, compiler: Compiler) -> None:
    made = Faster(desk(queue, {"a": recipe("digits"), "b": recipe("other")}), queue)
    queue.job_finished.emit("a")
    assert made.working
    queue.job_finished.emit("b")  # one compiler at a time
    compiler.running = False
    queue.job_finished.emit("a")
    assert compiler.asked == ["digits"]
    queue.job_finished.emit("b")
    assert compiler.asked == ["digits", "other"]
    made.close()
    assert not compiler.running


@pytest.mark.parametrize("found", [recipe("digits", "compiled"), recipe("digits", "eager"), recipe(""), {}])
def test_nothing_is_compiled_where_it_would_not_help(queue: Queue, compiler: Compiler, found: dict[str, Any]) -> None:
    made = Faster(desk(queue, {"a": found}), queue)
    queue.job_finished.emit("a")
    assert not compiler.asked
    assert not made.working
    made.close()
