"""The reference page of the documentation: `python -m workbench.reference [FILE]`.

All of it comes from the same declarations as the forms, the menus and the command line, so that
it cannot say something else than they do.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from engines.catalogue import catalogue
from engines.component import Component, Options, hint, kinds_of
from engines.files import write_atomic
from engines.tasks.base import tasks
from workbench.actions import Actions, Spec
from workbench.cli.flags import Flag
from workbench.forms import bounds, default_of, enum_choices
from workbench.home import temporary_home
from workbench.marked import table
from workbench.task_actions import task_specs

FILE = Path(__file__).resolve().parents[1] / "docs" / "reference.md"
INTRODUCTION = """# Reference

Every task, algorithm, option and key. Written by `python -m workbench.reference`; the how-to is in
[guide.md](guide.md).
"""


def reference(actions: Actions) -> str:
    """The whole page as Markdown, with the keys of a window's actions."""
    parts = [INTRODUCTION, "## Tasks\n"]
    for task in sorted(tasks().values(), key=lambda task: (task.place, task.name)):
        parts += [f"### {task.title}\n", f"{task.summary} Command: `main.py {task.name}`.\n", _options(task.Form)]
    for shelf in catalogue():
        parts.append(f"## {shelf.title}\n")
        parts += ["\n".join(_component(kind)) for kind in shelf.kinds.values()]
    keys = _keys([*(spec for spec, _ in actions), *task_specs(tasks().values()).values()])
    return "\n".join([*parts, "## Keys\n", table(("Key", "Action", "What it does"), list(keys))])


def _component(kind: type[Component]) -> Iterator[str]:
    """One algorithm: what it does, its formula, its source and its options."""
    yield f"### {kind.title}\n"
    yield f"`{kind.name}`. {kind.summary}\n"
    for line in kind.formula:
        # GitHub's mathematics knows no colours of ours
        plain = re.sub(r"\\term{[a-z]+}", "", line)
        yield f"```math\n{plain}\n```\n"
    if kind.source:
        yield f"Source: {kind.source}.\n"
    chosen_by = _option_of(kind)
    if chosen_by:
        yield _options(kind, f"{chosen_by}.")


def _option_of(kind: type[Component]) -> str:
    """The option that chooses an algorithm, whose own options stand behind its name in their flags; "" for none."""
    forms = {"": [task.Form for task in tasks().values()]}
    # of a task, or of another algorithm that a task chooses
    forms |= {f"{name}.": list(kinds_of(field).values()) for form in forms[""]
              for name, field in form.model_fields.items()}
    return next((prefix + name for prefix, known in forms.items() for form in known
                 for name, field in form.model_fields.items() if kind in kinds_of(field).values()), "")


def _options(form: type[Options], prefix: str = "") -> str:
    """The options of a task or an algorithm as a table, "" without any."""
    rows = [(field.title or name, f"`{Flag(prefix + name, field).written}`", _range(form, name), _default(form, name),
             field.description or "") for name, field in form.model_fields.items()]
    return table(("Option", "Flag", "Values", "Default", "What it does"), rows) if rows else ""


def _range(form: type[Options], name: str) -> str:
    """What an option may be: names to choose from, or a range with its unit."""
    field = form.model_fields[name]
    names = list(kinds_of(field)) or [value for value, _ in enum_choices(field.annotation)]
    if names:
        return ", ".join(f"`{name}`" for name in names)
    low, high, _ = bounds(field)
    ends = f"{_number(low)} to {_number(high)}" if low is not None and high is not None else ""
    return f"{ends} {hint(field, 'unit')}".strip()


def _number(value: float) -> str:
    return f"{int(value):,}" if value == int(value) else f"{value:g}"


def _default(form: type[Options], name: str) -> str:
    value = default_of(form.model_fields[name])
    if isinstance(value, dict):
        return f"`{value.get('name', '')}`"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


def _keys(specs: Iterable[Spec]) -> Iterator[tuple[str, ...]]:
    """Keys, titles and explanations of the actions that have keys."""
    for spec in specs:
        keys = Actions.all_keys(spec)
        if keys:
            yield ", ".join(f"`{key}`" for key in keys), spec.title, spec.help


def main(file: Path) -> int:
    """Write the page with the keys of a window that nobody sees."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from workbench.app import application
    from workbench.window import MainWindow

    application()
    window = MainWindow(temporary_home(), autostart=False)
    write_atomic(file, reference(window.desk.actions).encode())
    window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE))
