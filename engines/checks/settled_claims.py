"""Claims on formulas that notes print differently: every print is run, and the wrong ones are shown failing."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from engines.checks import settled
from engines.checks.claim import Statement
from engines.checks.settled.question import Question


def claims() -> Iterator[Statement]:
    """The verdict on every question; some seconds on one core."""
    for question in questions().values():
        yield question.statement()


def questions() -> dict[str, Question]:
    """Every question by the name of its file: a module of `settled` with a QUESTION is one."""
    modules = [importlib.import_module(f"{settled.__name__}.{m.name}") for m in pkgutil.iter_modules(settled.__path__)]
    return {m.__name__.rpartition(".")[2]: m.QUESTION for m in modules if hasattr(m, "QUESTION")}
