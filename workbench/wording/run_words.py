"""What runs are called and what tells them apart: seeds, steps, classes, samplers; where they differ first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engines.errors import WorkbenchError
from engines.labels import EACH, FREE, classes
from engines.prior_name import prior_name
from widgets.drawing.numerals import significant
from workbench.library.records import Run
from workbench.library.terms import LISTS
from workbench.wording.component_words import option_word, task_word, unusual, value_word, word
from workbench.wording.words import ago, facts, progress

if TYPE_CHECKING:
    from engines.tasks.base import Task

USUAL = ("resume", "seed", "seeds", "steps", "label", "sampler", "method", "guidance")  # said of all, in this order
HOW_FIRST = ("resume", "sampler", "method", "steps", "label", "guidance", "seed", "seeds")  # what was done, then which
DRAWN = ("seed", "seeds")  # options that say of a run no more than which of its like it is
IN_TITLE = frozenset({"model", "name", "count"})
SPECIAL = {EACH: "each class", FREE: "no class", "": "no class"}
NAMED = {"label": "Class", "resume": "Continued from"}  # options that people call otherwise
VAGUE = frozenset({"spacing", "prediction", "weight"})  # options whose values say little without their name
STEPS = "steps"  # the option beside which more moves than it says are told
Options = Mapping[str, Any]


def title_of(task: str, options: Options) -> str:
    """A title from the task and its model or name ("Generate · digits")."""
    about = options.get("name") or prior_name(options)
    words = task_word(task) or "Run"
    return f"{words} · {Path(str(about)).stem}" if about else words


def details(runs: Mapping[str, Options], order: Sequence[str] = USUAL) -> dict[str, str]:
    """A line for each run, by key: what differs between the runs, then what is usual of them.

    Args:
        runs: options by key.
        order: in which what differs is said, as far as these options do.
    """
    varied = _varied(runs.values())
    runs = {key: {name: _worth_saying(name, value, varied) for name, value in options.items()}
            for key, options in runs.items()}
    names = dict.fromkeys([*order, *(name for options in runs.values() for name in options)])
    differing = [name for name in names if len({repr(plain(options.get(name))) for options in runs.values()}) > 1]
    shown = [*differing, *(name for name in USUAL if name not in differing)]
    told = {key: [_part(name, options.get(name), differs=name in differing) for name in shown]
            for key, options in runs.items()}
    return {key: " · ".join(filter(None, parts)) for key, parts in told.items()}


def changes(options: Options, before: Options, usual: Options) -> str:
    """What is different about a branch: "DDPM", "Class 3, guidance 4", "" where nothing is that has a name.

    Args:
        options: those that differ.
        before: what they were; of a component that stays only what changed inside is told.
        usual: defaults of the components in `options`, by the option; of a new one only what differs from them is told.
    """
    told = [_part(name, _different(value, before.get(name), usual.get(name, {})), differs=True)
            for name, value in options.items() if name != "seeds"]
    text = ", ".join(filter(None, told))
    return text[:1].upper() + text[1:]


def _different(value: Any, before: Any, usual: Options) -> Any:
    """A component with its name and what is not as before, or as usual of another one; anything else as it is."""
    if not isinstance(value, Mapping):
        return value
    stays = isinstance(before, Mapping) and before.get("name") == value.get("name")
    known = before if stays else usual
    return {key: each for key, each in value.items() if key == "name" or key not in known or each != known[key]}


def told_options(run: Run) -> Options:
    """The options of a run as they are told: without those that a list stood in for, and a training that it continues
    by its title, not by its folder.
    """
    unused = {name for name, listed in LISTS.items() if run.options.get(listed)}
    used = {name: value for name, value in run.options.items() if name not in unused}
    return {**used, "resume": run.origin} if run.origin else used


def facts_apart(runs: Sequence[Run], now: float | None = None) -> dict[str, str]:
    """The second line of each run's row, by id; for runs of one title what differs between them and when they were.

    now: seconds since 1970 at which that is said.
    """
    alike = defaultdict[tuple[str, str], list[Run]](list)
    for run in runs:
        alike[run.task, run.title].append(run)
    apart = {key: parts for group in alike.values() for key, parts in parts_apart(group).items()}
    return {run.id: line(run, apart[run.id], now) for run in runs}


def parts_apart(group: Sequence[Run]) -> dict[str, str]:
    """What tells each run of one title from the others, by id, "" where nothing does: it changes with the runs alone.

    The seeds stand first where another run has the same options but for them.
    """
    if len(group) < 2:
        return {run.id: "" for run in group}
    options = {run.id: told_options(run) for run in group}
    first, same = details(options, HOW_FIRST), details(options)
    kinds = {key: repr(sorted((name, plain(value)) for name, value in told.items() if name not in DRAWN))
             for key, told in options.items()}
    count = Counter(kinds.values())
    return {key: (same if count[kinds[key]] > 1 else first).get(key, "") for key in options}


def line(run: Run, parts: str, now: float | None) -> str:
    """What tells a run from those of its title, how far it came, and when it was; its facts where nothing does."""
    return " · ".join(filter(None, (parts, progress(run), ago(run.created, now)))) if parts else facts(run, now)


def more_moves(task: Task, values: Mapping[str, Any]) -> str:
    """How many moves a run shows where these are more than its steps ("130 with resampling"), else ""."""
    from engines.component import validated

    try:
        return task.course_of(validated(task.Form, dict(values)))
    except WorkbenchError:  # the form says what is wrong
        return ""


def tip(title: str, options: Options) -> str:
    """The title and every option that says something, a line each."""
    lines = [f"{_named(name)}: {told}" for name, value in options.items() if (told := said(value, name))]
    return "\n".join([title, *lines])


def _part(name: str, value: Any, *, differs: bool) -> str:
    """One option in a few words, "" where it says nothing."""
    if not said(value, name) and name != "label":
        return ""
    if name == "label":
        return "" if value is None else SPECIAL.get(value, classes(str(value)))
    if name == "resume":
        return f"continued from {value}"
    if name == "steps":
        return f"{value:,} steps" if isinstance(value, int) and value != 1 else "1 step" if value == 1 else \
            f"{said(value)} steps"
    if isinstance(value, Mapping):
        told = said(value if differs else {"name": value.get("name", "")}, name)
        return f"{_named(name).lower()} {told}" if name in VAGUE else told
    return "" if name in IN_TITLE and not differs else f"{_named(name).lower()} {said(value, name)}"


def _named(name: str) -> str:
    """The name of an option as people write it."""
    return NAMED.get(name) or name.replace("_", " ").capitalize()


def plain(value: Any) -> Any:
    """A value to compare: lists and tuples alike, and a component without options as its name, which is all of it that
    earlier recipes have."""
    if isinstance(value, Mapping):
        return value["name"] if set(value) == {"name"} else dict(value)
    return list(value) if isinstance(value, tuple) else value


def said(value: Any, option: str = "") -> str:
    """The value of an option in words: components by their name and options, "" for nothing."""
    if isinstance(value, Mapping):
        name = str(value.get("name", ""))
        inner = [_inner(option_word(option, name, key), key, each)
                 for key, each in value.items() if key != "name" and said(each)]
        return " ".join([word(option, name), *inner])
    if isinstance(value, list | tuple):
        return ", ".join(said(each, option) for each in value[:4]) + ("…" if len(value) > 4 else "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return significant(value, 6)
    return "" if value is None else value_word(option, str(value))


def _varied(runs: Iterable[Options]) -> dict[tuple[str, str], frozenset[str]]:
    """Of every option that is a component, by its name and the component's, those inside in which runs differ."""
    alike = defaultdict[tuple[str, str], list[Options]](list)
    for run in runs:
        for name, value in run.items():
            if isinstance(value, Mapping):
                alike[name, value["name"]].append(value)
    return {key: frozenset(inner for inner in dict.fromkeys(name for each in same for name in each)
                           if len({repr(plain(each.get(inner))) for each in same}) > 1)
            for key, same in alike.items()}


def _telling(name: str, value: Any, varied: Mapping[tuple[str, str], Set[str]]) -> Any:
    """A component with those of its options in which runs with the same one differ; anything else as it is."""
    if not isinstance(value, Mapping):
        return value
    differing = varied[name, value["name"]]
    return {key: each for key, each in value.items() if key == "name" or key in differing}


def _worth_saying(name: str, value: Any, varied: Mapping[tuple[str, str], Set[str]]) -> Any:
    """The same with those of its options that are not as usual, too: whoever left them alone knows nothing of them."""
    if not isinstance(value, Mapping):
        return value
    kept = {*_telling(name, value, varied), *unusual(name, value)}
    return {key: each for key, each in value.items() if key in kept}


def _inner(words: str, name: str, value: Any) -> str:
    """An option of a component in words: "eta 0.5", "variance β̃", "without fresh noise"."""
    return f"{'with' if value else 'without'} {words}" if isinstance(value, bool) else f"{words} {said(value, name)}"


def apart(runs: Mapping[str, Options]) -> dict[str, str]:
    """What tells runs from one another, in a few words each, by key; "" where nothing does."""
    varied = _varied(runs.values())
    runs = {key: {name: _telling(name, value, varied) for name, value in options.items()}
            for key, options in runs.items()}
    names = dict.fromkeys([*HOW_FIRST, *(name for options in runs.values() for name in options)])
    differing = [name for name in names if len({repr(plain(options.get(name))) for options in runs.values()}) > 1]
    # where the times lie changes a sampler's result as much as the sampler does, and follows from no other name
    told = {name for k, name in enumerate(differing) if k < 3 or name == "spacing"}
    for name in differing:  # no two are called alike that are not
        if _kinds(runs.values(), {*told, name}) > _kinds(runs.values(), told):
            told.add(name)
    joined = {key: ", ".join(filter(None, (_part(name, options.get(name), differs=True)
                                           for name in differing if name in told)))
              for key, options in runs.items()}
    return {key: text[:1].upper() + text[1:] for key, text in joined.items()}


def _kinds(runs: Iterable[Options], names: Set[str]) -> int:
    """How many of some options are told apart by those with these names."""
    return len({tuple(repr(plain(options.get(name))) for name in sorted(names)) for options in runs})
