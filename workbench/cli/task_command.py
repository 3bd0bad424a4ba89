"""A task as a command: flags, a recipe, the run, its files, one document."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from engines.component import OPTIONAL, hint
from engines.context import Context
from engines.device import Device, device, devices
from engines.errors import BadInput, BadRecipe
from engines.events import Event
from engines.file_names import free_name, root_of
from engines.inference.accelerator import Accelerator
from engines.model_list import find_models
from engines.provenance import identified
from engines.recipe import Recipe, backend
from engines.recipe_png import recipe_of
from engines.recipe_text import load_preset
from engines.tasks.base import Task, options_of, task
from engines.threads import threads as used_threads
from engines.threads import use_threads
from workbench.cli.attaching import attach
from workbench.cli.command import Command, add_home_flag, add_machine_flags
from workbench.cli.course import SHOWN
from workbench.cli.elsewhere import with_folders_taken
from workbench.cli.flags import Flag, add_flags, flags_of, values_of
from workbench.cli.keeping import choose_place, free_folder
from workbench.cli.own_path import unused_path
from workbench.cli.session import Session
from workbench.cli.terminal import Terminal
from workbench.forms import defaults
from workbench.home import home
from workbench.wording.refusals import refuse_bad

PLACE = "place"  # what argparse calls the folder that stands without a flag


class TaskCommand(Command):
    """Runs one task from the command line.

    Args:
        task: which; its options model gives the flags.
    """

    def __init__(self, task: Task) -> None:
        self.task = task
        self.name = task.name  # type: ignore[misc]
        strip = f" Writes a strip of {SHOWN} states, one row a sample." if task.shows_course else ""
        self.summary = task.summary + strip  # type: ignore[misc]
        self.document = _document(task)  # type: ignore[misc]
        self.examples = _examples(task)  # type: ignore[misc]

    def add_flags(self, parser: argparse.ArgumentParser) -> None:
        """The task's options, where files go, and the machine."""
        add_flags(parser, self.task.Form, self.task.spares(defaults(self.task.Form)))
        if self._folder:
            parser.add_argument(PLACE, nargs="?", metavar="FOLDER", help=f"the same as --{self._folder}")
        files = parser.add_argument_group("Files")
        files.add_argument("--out", type=Path, metavar="DIR",
                           help="folder for the results (default: the library’s); where it already holds a run, "
                                "a new folder inside it, run-2 and so on")
        files.add_argument("--recipe", type=Path, metavar="FILE",
                           help="start from the options of an exported PNG, a recipe (.json) or a preset (.toml)")
        add_home_flag(files)
        files.add_argument("--no-library", action="store_true",
                           help=f"leave the library alone; without --out the results go to a new folder "
                                f"{self.name}-DATE-TIME here")
        add_machine_flags(parser)

    def run(self, args: argparse.Namespace, terminal: Terminal) -> int:
        """Run the task; returns 0, or 130 when Ctrl-C stopped it with what was done kept."""
        notes = list[str]()
        recipe = self.recipe(args, notes.append)
        where = chosen_device(args.device, recipe)
        threads = args.threads or recorded_threads(recipe) or self.task.threads
        if threads:
            use_threads(threads)
        with closing(Accelerator()) as accelerator:
            return self._run(recipe, where, args, terminal, accelerator, notes)

    def _run(self, recipe: Recipe, where: Device, args: argparse.Namespace, terminal: Terminal,
             accelerator: Accelerator, notes: Sequence[str]) -> int:
        """Run a recipe on a device; returns the exit code. notes: on what it is made of."""
        kept = home()
        models = kept.model_folders()
        if not args.no_library:
            recipe = self._named_apart(recipe, args, models, terminal)
        recipe, notice = identified(recipe, models, used_threads())
        notice = " ".join(filter(None, (*notes, unused_path(args, recipe, models), notice)))
        if notice:
            terminal.say(notice)
        refuse_bad(recipe, models)
        compute = recipe.backend.get("compute") or accelerator.preferred(where, recipe.fingerprints, self.task.modality)
        recipe = replace(recipe, backend=backend(where.kind, compute))
        options, prepare = options_of(recipe), accelerator.preparation(compute)
        place = choose_place(self.name, self.out(args, terminal), kept, not args.no_library, terminal)
        context = Context(where, place.folder, models, recipe.files, recipe.start, prepare, recipe.fingerprints,
                          kept.cache)

        session = Session(self.task, recipe, place, kept, terminal, notice)

        def events() -> Iterator[Event]:
            way = yield from accelerator.prepared(compute, recipe.fingerprints, models)
            session.recipe = recipe.computed_by(way)
            yield from self.task.run(options, context)

        return session.run(events())

    def out(self, args: argparse.Namespace, terminal: Terminal) -> Path | None:
        """The folder for the results, never that of an earlier run unless it is the one that is continued."""
        if args.out is None:
            return None
        out = args.out.expanduser()
        return out if self._in_place(args) else free_folder(self.task, out, terminal)

    @property
    def _folder(self) -> str:
        """The option that names the folder it goes through, which needs no flag; "" for most tasks."""
        return self.task.takes("folder") if self.task.gathers else ""

    def _continued(self, args: argparse.Namespace) -> str:
        """The folder of the run that this one continues, "" for one that begins anew."""
        return str(getattr(args, self.task.takes("training"), None) or "")

    def _in_place(self, args: argparse.Namespace) -> bool:
        """Whether the files go to where those of the continued run are."""
        continued = self._continued(args)
        return bool(continued) and args.out is not None and args.out.expanduser() == Path(continued).expanduser()

    def _named_apart(self, recipe: Recipe, args: argparse.Namespace, folders: Sequence[Path],
                     terminal: Terminal) -> Recipe:
        """The recipe of a run whose model gets a name that no other has, unless the user gave it one; this is said."""
        option = self.task.makes
        if not option or getattr(args, option) is not None or self._in_place(args):
            return recipe
        name, taken = str(recipe.options[option]), {model.name for model in find_models(folders)}
        if name not in taken:
            return recipe
        free = free_name(root_of(name), taken)
        terminal.say(f"There is a model “{name}” already; this one is “{free}”. --{option} gives it another name.")
        return replace(recipe, options={**recipe.options, option: free})

    def _base(self, args: argparse.Namespace) -> Recipe:
        """What the flags are laid over: the recipe named, that of the run that is continued, or the defaults."""
        if args.recipe is not None:
            return read_recipe(args.recipe)
        continued = self._continued(args)
        return (self.task.stored(continued) if continued else None) or Recipe(self.name, {})

    def recipe(self, args: argparse.Namespace, tell: Callable[[str], object] = lambda _: None) -> Recipe:
        """The recipe that the flags describe, attachments read; raises BadInput.

        tell: gets a sentence where not all of a file was taken.
        """
        if (place := getattr(args, PLACE, None)) is not None:
            setattr(args, self._folder, place)
        base = self._base(args)
        if task(base.task).name != self.name:
            raise BadRecipe(f"“{args.recipe}” is a recipe for {base.task}, not for {self.name}; "
                            f"use main.py {base.task} --recipe.")
        given = {name: value for name, value in vars(args).items() if value is not None}
        files = dict(base.files)
        for flag in flags_of(self.task.Form):
            if flag.is_attachment and flag.dest in given:
                given[flag.dest] = attach(files, flag, Path(given[flag.dest]).expanduser(), tell)
        given = with_folders_taken(given, self.task.Form, home(), tell)
        changed = replace(base, options=values_of(self.task.Form, given, base.options), files=files)
        values = options_of(changed).model_dump(mode="json")
        spared = self.task.spares(values) | OPTIONAL
        self._check_used(args, spared)
        missing = [flag.written for flag in flags_of(self.task.Form) if flag.is_attachment
                   and hint(flag.info, "widget") not in spared and _named(values, flag) not in {None, *files}]
        if missing:
            raise BadInput(f"{self.name.capitalize()} needs {' and '.join(f'{word} FILE' for word in missing)}; "
                           f"see “main.py {self.name} --help”.")
        return replace(changed, options=values)

    def _check_used(self, args: argparse.Namespace, spared: frozenset[str]) -> None:
        """Raise BadInput for a file that was given and that no choice of this run looks at."""
        for flag in flags_of(self.task.Form):
            kind = str(hint(flag.info, "widget"))
            option, names = self.task.users_of(kind) if flag.is_attachment and kind in spared else ("", ())
            if names and getattr(args, flag.dest, None) is not None:
                raise BadInput(f"{flag.written} is for {option} {' or '.join(names)}, and this run has another one; "
                               f"choose it with --{option}, or leave {flag.written} out.")


def _named(values: Mapping[str, Any], flag: Flag) -> str | None:
    """The file that an attachment's option names; None where another component than the one with it is chosen."""
    head, _, inner = flag.dest.partition(".")
    value = values[head]
    if inner:
        return value.get(inner) if value.get("name") in flag.only_for else None
    return value


def _document(task: Task) -> str:
    """What the JSON document of a task holds, in words."""
    figures = [f"{name} ({meaning})" for name, meaning in task.figures.items()]
    return ", ".join(["files", "seconds", *figures, "notes"]) + "; after Ctrl-C also stopped"


def _examples(task: Task) -> tuple[str, ...]:
    """Words for the help page: what is needed, an algorithm with an option of its own, and a preset."""
    flags = flags_of(task.Form)
    spared = task.spares(defaults(task.Form))
    needed = [f"{flag.written} {flag.dest}.png" for flag in flags if flag.is_needed
              and hint(flag.info, "widget") not in spared]
    inner = next((flag for flag in flags if flag.only_for), None)
    tuned = () if inner is None else (f"--{inner.dest.split('.')[0]}", inner.only_for[0], inner.written,
                                      str(inner.info.default))
    more = (f"--{option} results",) if (option := task.takes("training")) else ()
    brought = [flag for flag in flags if flag.is_attachment and flag.only_for]
    if brought:
        head, files = brought[0].dest.split(".")[0], (f"{flag.written} {_file(flag)}" for flag in brought)
        more += (" ".join([*needed, f"--{head} {brought[0].only_for[0]}", *files]),)
    return (" ".join([*needed, "--out results"]), " ".join([*needed, *tuned, "--json"]),
            " ".join([*needed, "--recipe preset.toml"]), *more)


def _file(flag: Flag) -> str:
    """A name of a file that suits an attachment."""
    name = flag.dest.rpartition(".")[2]
    return "points.csv" if hint(flag.info, "widget") == "points" else f"{name}.png"


def read_recipe(file: Path) -> Recipe:
    """The recipe of a PNG, JSON or TOML file; raises BadRecipe or BadImage."""
    if file.suffix.lower() in {".json", ".toml"}:
        try:
            text = file.read_text(encoding="utf-8")
        except OSError as error:
            raise BadRecipe(f"“{file}” cannot be read ({error.strerror or error}); choose another recipe.") from error
        except UnicodeDecodeError as error:
            raise BadRecipe(f"“{file}” is not text; choose another recipe.") from error
        return (load_preset if file.suffix.lower() == ".toml" else Recipe.from_json)(text, file.name)
    found = recipe_of(file)
    if found is None:
        raise BadRecipe(f"“{file}” carries no recipe; choose a picture that this program exported.")
    return found


def chosen_device(wanted: str, recipe: Recipe) -> Device:
    """The device asked for, else the one the recipe ran on, else the fastest; raises NoDevice."""
    recorded = recipe.backend.get("device", "")
    known = {found.kind for found in devices()}
    return device(recorded if wanted == "auto" and recorded in known else wanted)


def recorded_threads(recipe: Recipe) -> int:
    """The thread count a recipe ran with, 0 when it says none: sums depend on it to the last bit."""
    text = recipe.backend.get("threads", "")
    return int(text) if text.isdigit() and 1 <= int(text) <= 1024 else 0
