"""Taking up a training: what of the one before has to be the same, what may be another, and what that means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from engines.component import Component, build
from engines.data.source import Source
from engines.errors import BadData, BadInput, BadOption, WorkbenchError
from engines.model_file import ModelSpec, raw_header
from engines.training.objectives.base import Objective, objectives
from engines.training.options import CourseOptions
from engines.training.state import FILE_NAME, TrainState, load_state

SIZE = "images"  # the note on how much data there was, whatever the kind: files of earlier versions call it so


def stored_state(resume: str) -> Path:
    """The state file of a run named by its folder or by the file itself; raises BadInput where there is none."""
    path = Path(resume).expanduser()
    path = path / FILE_NAME if path.is_dir() else path
    if not path.is_file():
        raise BadInput(f"“{resume}” holds no training to continue; choose the folder of a stored run.")
    return path


def check_resume(options: CourseOptions, folder: Path | None = None) -> str:
    """What continuing the run that the options name means for it: one sentence, or ""; reads no weights.

    folder: of the new run; once it has a state of its own, nothing else is asked any more.

    Raises BadInput when that run has no state, BadOption when it has all the steps already, or learnt what the
    options do not ask for.
    """
    if not options.resume or (folder is not None and (folder / FILE_NAME).exists()):
        return ""
    before = raw_header(stored_state(options.resume))
    check_steps(int(before.get("step", "0")), options.steps)
    return _told(before, options)


def take_up(state: TrainState, options: CourseOptions, folder: Path, data: Source) -> str:
    """Fill the state from the run's own file, or from the run that the options name, if there is one.

    Returns what that means, as `check_resume`, which it raises as; BadData when the data are not those that the run
    began with.
    """
    own = folder / FILE_NAME
    if own.exists():
        return _continue(own, state, options, data)
    if not options.resume:
        return ""
    note = _continue(stored_state(options.resume), state, options, data)
    state.began = state.step
    # a run of its own that is complete just ends again; one that was named is a mistake
    check_steps(state.step, options.steps)
    return note


def check_steps(done: int, steps: int) -> None:
    """Raise BadOption where the run to continue has made all the steps that are wanted."""
    if done >= steps:
        raise BadOption(f"The run already has {done} steps; choose more than that to continue it.")


def _continue(file: Path, state: TrainState, options: CourseOptions, data: Source) -> str:
    """Fill the state, unless the data are others than before: each number would mean another example."""
    before = raw_header(file)
    # states of earlier versions do not tell their data
    if before.get("data", data.fingerprint) != data.fingerprint:
        raise BadData(f"“{data.title}” is not what it was when this training began (then {before[SIZE]}, now "
                      f"{data.described}); put its files back as they were, or start a new training.")
    note = _told(before, options)
    load_state(file, state)
    return note


def _told(before: Mapping[str, str], options: CourseOptions) -> str:
    """What another objective than before means; raises BadOption for what cannot be another."""
    _same_process(before.get("spec", ""), options)
    was = _objective(before.get("recipe", ""))
    return "" if was is None else _other_objective(was, options.objective, int(before.get("step", "0")))


def _same_process(before: str, options: CourseOptions) -> None:
    """Raise BadOption where a network learnt on another path or to predict something else: its shape would not tell."""
    if not before:  # states of earlier versions do not tell
        return
    then = ModelSpec.model_validate_json(before)
    for name in ("prediction", "path"):
        was, wanted = getattr(then, name), getattr(options, name)
        if was != wanted:
            raise BadOption(f"The training to continue has {name} {_said(was)}, not {_said(wanted)}; choose "
                            f"{_said(was)}, or start a new training.")


def _objective(recipe: str) -> Objective | None:
    """What a training minimised, by its recipe; None where that does not tell, as in earlier versions."""
    try:
        return build(Objective, cast("dict[str, Any]", json.loads(recipe))["options"]["objective"], objectives)
    except (WorkbenchError, ValueError, LookupError, TypeError):
        return None


def _other_objective(was: Objective, now: Objective, step: int) -> str:
    """What it means to go on from a step with another loss.

    Sound for any that wants the same numbers of the network: weights and moments are a beginning, as good as any and
    mostly a better one. Raises BadOption for one that wants others.
    """
    if was.outputs != now.outputs:
        able = ", ".join(name for name, kind in objectives().items() if kind.outputs == was.outputs)
        raise BadOption(f"The training to continue has the objective {_said(was)}, whose network outputs {was.outputs} "
                        f"for each number, and {now.name} needs {now.outputs}; choose one of {able}, or start a new "
                        "training.")
    if was == now:
        return ""
    return (f"From step {step:,} on the objective is {_said(now)} in place of {_said(was)}: the weights are taken "
            "over, and losses before and after cannot be compared.")


def _said(choice: object) -> str:
    """A prediction, a path or an objective with its options, in words."""
    if not isinstance(choice, Component):
        return str(choice)
    options = ", ".join(f"{name} {_plain(value)}" for name, value in choice if value != "")
    return f"{choice.name} ({options})" if options else choice.name


def _plain(value: object) -> str:
    """The value of an option in words."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{value:g}" if number else _said(value)
