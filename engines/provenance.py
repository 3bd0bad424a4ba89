"""What made a result, model and machine: both travel in the recipe, and a repeat with others is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from engines.component import Options, hinted, kinds_of
from engines.device import devices
from engines.errors import BadCheckpoint
from engines.model_file import fingerprint
from engines.model_list import BUNDLED, known_model, resolve_model
from engines.prior_name import EXACT, OPTIONS
from engines.recipe import Recipe, backend
from engines.tasks.base import options_of, task

PLACES = ("folder", "table", "training")  # widgets of options that name a file or folder of this machine
TEACHER = "teacher"  # the widget of an option of a component that names a model
# what the last bits depend on beside the model, as it is said of a run. Not how the network is evaluated: a repeat does
# that as recorded, or says itself that it could not
EVERYWHERE = {"torch": "torch {}", "program": "version “{}” of this program"}
ON_PROCESSORS = {"threads": "{} threads", "cpu": "processor instructions {}", "machine": "a processor of type {}"}


def identified(recipe: Recipe, folders: Iterable[Path], threads: int | None = None) -> tuple[Recipe, str]:
    """The recipe with the fingerprints of the models it will use, and a notice where a repeat will differ.

    Args:
        recipe: with valid options; its own fingerprints, if any, are those of the original run.
        folders: where models are looked for. A file with the recorded fingerprint is taken
            before any other of the same name, see `resolve_model`.
        threads: how many the repeat computes with; as recorded by default.

    Returns:
        The notice is a sentence for the models and one for the machine, "" when those recorded are here, or none were.

    Raises:
        BadCheckpoint: a model is missing or cannot be read, with its name and the remedy.
    """
    found, replaced = dict[str, str](), list[str]()
    for name in model_names(recipe):
        recorded = recipe.fingerprints.get(name, "")
        found[name] = fingerprint(resolve_model(name, folders, recorded))
        # recipes that never ran have no fingerprint to compare with
        if recorded and found[name] != recorded:
            replaced.append(f"“{name}” ({recorded[:8]} then, {found[name][:8]} now)")
    told = (_notice(replaced), _elsewhere(recipe.backend, threads))
    return replace(recipe, fingerprints=found), " ".join(sentence for sentence in told if sentence)


def notice_of(recipe: Recipe, folders: Iterable[Path], threads: int | None = None) -> str:
    """What to say before a recipe is repeated: the notice of `identified`, or why its model cannot be used."""
    try:
        return identified(recipe, folders, threads)[1]
    except BadCheckpoint as error:
        return str(error)


def located(recipe: Recipe, folders: Iterable[Path]) -> Recipe:
    """The same run, its models and folders named by paths that mean them from anywhere on this machine, and for good.

    A name would mean another model once a second one is called so, and none in another data folder.
    The bundled models keep their names.

    Raises:
        BadCheckpoint: a model is missing or cannot be read, with its name and the remedy.
    """
    places, values = tuple(folders), options_of(recipe).model_dump(mode="json")
    form, prints = task(recipe.task).Form, dict(recipe.fingerprints)
    for table, option, name in _named(form, values):
        file = resolve_model(name, places, prints.get(name, "")).resolve()
        if file.parent != BUNDLED:
            table[option] = str(file)
            prints |= {str(file): prints.pop(name)} if name in prints else {}
    for option in (name for widget in PLACES for name in hinted(form, widget)):
        value = str(values[option])
        if value != form.model_fields[option].default:
            values[option] = str(Path(value).expanduser().resolve())
    return replace(recipe, options=values, fingerprints=prints)


def model_names(recipe: Recipe) -> tuple[str, ...]:
    """The models that a recipe names: those its form shows as a choice of models, and what a training learns from."""
    options = options_of(recipe)
    return tuple(name for _, _, name in _named(type(options), options.model_dump(mode="json")))


def _named(form: type[Options], values: dict[str, Any]) -> list[tuple[dict[str, Any], str, str]]:
    """Options that choose a model: the table that holds each, its name there, and what it says.

    Those that ask for the exact denoiser name none.
    """
    places = [(values, option) for widget in OPTIONS for option in hinted(form, widget)]
    for outer, field in form.model_fields.items():
        kind = kinds_of(field).get(str(values[outer].get("name"))) if isinstance(values[outer], dict) else None
        places += [(values[outer], option) for option in (hinted(kind, TEACHER) if kind is not None else ())]
    named = ((table, option, str(table[option])) for table, option in places)
    return [found for found in named if found[2] not in {"", EXACT}]


def drawn_classes(recipe: Recipe, labels: Sequence[int], folders: Iterable[Path]) -> tuple[str, ...]:
    """Names of the classes that samples with these labels (−1 for free) belong to, each once, in their order."""
    names = model_names(recipe)
    if not names or all(label < 0 for label in labels):
        return ()
    known = known_model(names[0], folders, recipe.fingerprints.get(names[0], "")).spec.classes
    return tuple(name for label, name in enumerate(known) if label in labels)


def _notice(replaced: list[str]) -> str:
    """One sentence about models that are not the recorded ones."""
    if not replaced:
        return ""
    return (f"Another model now stands in for {' and '.join(replaced)}, so the repeat will not be identical; "
            "put the original file back for that.")


def _elsewhere(recorded: Mapping[str, str], threads: int | None) -> str:
    """One sentence about a machine that is not the recorded one, as far as the bits of a result depend on it."""
    device = recorded.get("device", "")
    if device and device not in {found.kind for found in devices()}:
        return (f"The run was computed on “{device}”, which does not exist here, so a repeat will not be identical; "
                "use a machine that has it for that.")
    now = {**backend(device), "threads": recorded.get("threads", "") if threads is None else str(threads)}
    # a graphics card computes alike whatever processor feeds it
    matter = {**EVERYWHERE, **(ON_PROCESSORS if device in {"", "cpu"} else {})}
    others = [f"{words.format(recorded[name])} ({now[name]} now)" for name, words in matter.items()
              if recorded.get(name, now[name]) != now[name]]
    if not others:
        return ""
    *first, last = others
    named = f"{', '.join(first)} and {last}" if first else last
    return f"The repeat may differ from the run in its last bits: the run was computed with {named}."
