"""What runs are called and what tells them apart: seeds, steps, classes, samplers; where they differ first."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engines.labels import classes
from workbench.library.records import Run
from workbench.words import proper

USUAL = ("resume", "seed", "steps", "label", "sampler", "method", "guidance")  # said of every run, in this order
IN_TITLE = frozenset({"model", "name", "count"})
SPECIAL = {"each": "each class", "free": "no class", "": "no class"}
NAMED = {"label": "Class", "resume": "Continued from"}  # options that people call otherwise
Options = Mapping[str, Any]


def title_of(task: str, options: Options) -> str:
    """A title from the task and its model or name ("Generate · digits")."""
    about = options.get("name") or options.get("model") or ""
    words = task.replace("_", " ").capitalize() or "Run"
    return f"{words} · {Path(str(about)).stem}" if about else words


def details(runs: Mapping[str, Options]) -> dict[str, str]:
    """A line for each run, by key: what differs between the runs, then what is usual of them.

    Args:
        runs: options by key.
    """
    names = dict.fromkeys([*USUAL, *(name for options in runs.values() for name in options)])
    differing = [name for name in names if len({repr(options.get(name)) for options in runs.values()}) > 1]
    shown = [*differing, *(name for name in USUAL if name not in differing)]
    told = {key: [_part(name, options.get(name), differs=name in differing) for name in shown]
            for key, options in runs.items()}
    return {key: " · ".join(filter(None, parts)) for key, parts in told.items()}


def changes(options: Options) -> str:
    """What is different about a branch: "DDPM", "Class 3, guidance 4", "" where nothing is that has a name."""
    told = [_part(name, value, differs=True) for name, value in options.items() if name != "seeds"]
    text = ", ".join(filter(None, told))
    return text[:1].upper() + text[1:]


def told_options(run: Run) -> Options:
    """The options of a run as they are told: a training that it continues by its title, not by its folder."""
    return {**run.options, "resume": run.origin} if run.origin else run.options


def tip(title: str, options: Options) -> str:
    """The title and every option that says something, a line each."""
    lines = [f"{_named(name)}: {_said(value)}" for name, value in options.items() if _said(value)]
    return "\n".join([title, *lines])


def _part(name: str, value: Any, *, differs: bool) -> str:
    """One option in a few words, "" where it says nothing."""
    if not _said(value) and name != "label":
        return ""
    if name == "label":
        return "" if value is None else SPECIAL.get(value, classes(str(value)))
    if name == "resume":
        return f"continued from {value}"
    if name == "steps":
        return f"{value:,} steps" if value != 1 else "1 step"
    if isinstance(value, Mapping):
        return _said(value) if differs else _said({"name": value.get("name", "")})
    return "" if name in IN_TITLE and not differs else f"{_named(name).lower()} {_said(value)}"


def _named(name: str) -> str:
    """The name of an option as people write it."""
    return NAMED.get(name) or name.replace("_", " ").capitalize()


def _said(value: Any) -> str:
    """A value in words: components by their name and options, "" for nothing."""
    if isinstance(value, Mapping):
        inner = [f"{key} {_said(each)}" for key, each in value.items() if key != "name" and _said(each)]
        return " ".join([proper(str(value.get("name", ""))), *inner])
    if isinstance(value, list | tuple):
        return ", ".join(_said(each) for each in value[:4]) + ("…" if len(value) > 4 else "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else "" if value is None else str(value)
