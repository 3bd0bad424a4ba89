"""Runner: one job's generator on the engine thread, from its recipe to its last event.

Imports the engines, so only the engine thread (and tests) may import this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from engines.component import Options, validated
from engines.context import Context, Reins
from engines.device import Device, device
from engines.errors import NoDevice, OutOfMemory, WorkbenchError
from engines.events import Event
from engines.inference.accelerator import Accelerator
from engines.provenance import identified
from engines.recipe import Recipe, backend
from engines.tasks.base import Task, options_of, task
from engines.trajectory import Trajectory
from workbench import bridge
from workbench.library.library import Library
from workbench.running.board import Entry
from workbench.running.recorder import Recorder
from workbench.running.run_files import forget_steps, load_steps, resume_start

SIZES = ("batch", "count")  # options that decide how much memory a step takes


class Runner:
    """Drives one job. Made, used and dropped on the engine thread.

    Args:
        entry: the job.
        library: where it is recorded.
        kind: device for recipes that have not run anywhere yet.
        accelerator: keeps networks ready from job to job.

    Raises:
        WorkbenchError: the recipe, its task or its options cannot be used.
    """

    def __init__(self, entry: Entry, library: Library, kind: str, accelerator: Accelerator) -> None:
        self.entry, self.library, self.accelerator = entry, library, accelerator
        recipe = Recipe.from_json(entry.recipe)
        self.task: Task = task(recipe.task)
        self.options: Options = options_of(recipe)
        self.device = _device(recipe.backend, kind)
        self.threads = bridge.threads_of(recipe.backend.get("threads") or str(self.task.threads or ""))
        bridge.use_threads(self.threads)
        known, entry.live.notice = identified(recipe, library.home.model_folders(), self.threads)
        if any(recipe.fingerprints.get(name, now) != now for name, now in known.fingerprints.items()):
            self._forget()
        self.recipe = self._stamped(recipe, known.fingerprints)
        self._halved = False
        self._open()

    def wake(self) -> None:
        """Prepare the thread for this job's next step."""
        # another job may have run in between with the threads of its own recipe
        bridge.use_threads(self.threads)

    def advance(self) -> bool:
        """Take and record the next event; False when there is none. A full memory halves the batch once."""
        try:
            event = next(self._events, None)
        except Exception as error:
            # the engines already tried in halves where they can: their OutOfMemory says all there is to say
            if isinstance(error, WorkbenchError) or not bridge.ran_out(error):
                raise
            self._shrink(error)
            return True
        if event is not None:
            self.recorder.take(event)
        return event is not None

    def keep(self) -> None:
        """Save what a resume needs; the generator stays as it is."""
        self._reins.save()
        self.recorder.keep()

    def finish(self) -> None:
        """The generator came to its end."""
        self.recorder.finish()

    def leave(self, *, show: bool) -> None:
        """Close the generator early (training then writes a checkpoint) and keep what is done.

        Args:
            show: also draw what the run came to, for a user who waits for that.
        """
        self._close()
        for event in self._reins.last() if show else ():
            self.recorder.take(event)
        self.recorder.keep()

    def abandon(self) -> None:
        """Close after an error; what can still be saved is, and further errors are beside the point."""
        for step in (self._close, self.recorder.keep):
            try:
                step()
            except Exception as error:  # the first error is the one to tell
                self.entry.live.unkept = str(error)

    def _open(self) -> None:
        """Make the generator, at the last recorded step where there is one."""
        folder = self.library.home.run_folder(self.entry.job.id)
        start, before = (None, None) if self.entry.anew else resume_start(folder)
        self.entry.anew = False  # with half the batch it goes on where it is
        # a resume point of this run's own is further on than the step it branched from
        if start is None and self.recipe.start is not None:
            start, before = self.recipe.start, self._ancestor()
        live = self.entry.live
        live.device, live.whole = self.device.kind, start is None
        live.explained = self.task.explained(self.options)
        self.recorder = Recorder(live, self.entry.pace, self.library, self.recipe, before)
        self._reins = Reins()
        context = Context(self.device, folder, self.library.home.model_folders(), self.recipe.files, start,
                          self.accelerator.preparation(self.recipe.backend["compute"]), self.recipe.fingerprints,
                          self.library.home.cache, self._reins)
        self._events: Iterator[Event] = self._whole(context)

    def _forget(self) -> None:
        """Begin anew where another model took the steps that are recorded: one result is never made by two."""
        folder = self.library.home.run_folder(self.entry.job.id)
        if forget_steps(folder, self.task.goes_on):
            self.entry.live.notice += " What was recorded came from the other model, so the run began anew."

    def _whole(self, context: Context) -> Iterator[Event]:
        """The task's events, behind what has to be made ready for an identical repeat."""
        wanted = self.recipe.backend["compute"]
        way = yield from self.accelerator.prepared(wanted, context.fingerprints, context.models)
        if way != wanted:
            # what is exported, and repeated, is to tell how it was really made
            self.recipe = self.recorder.recipe = self.recipe.computed_by(way)
            self._store(self.recipe)
        yield from self.task.run(self.options, context)

    def _ancestor(self) -> Trajectory | None:
        """The steps of the run this one branched from."""
        parent = self.entry.job.parent
        return load_steps(self.library.folder(parent)) if parent else None

    def _stamped(self, recipe: Recipe, fingerprints: Mapping[str, str]) -> Recipe:
        """The recipe with the backend and the models it runs on, also in the library."""
        preferred = self.accelerator.preferred(self.device, fingerprints, self.task.modality)
        used = backend(self.device.kind, recipe.backend.get("compute") or preferred)
        stamped = replace(recipe, backend=used, fingerprints=fingerprints)
        if (stamped.backend, stamped.fingerprints) != (recipe.backend, recipe.fingerprints):
            self._store(stamped)
        return stamped

    def _store(self, recipe: Recipe) -> None:
        self.entry.recipe = recipe.to_json()
        self.library.set_recipe(self.entry.job.id, self.entry.recipe)

    def _shrink(self, error: Exception) -> None:
        """Go on from the last recorded step with half the batch; raises OutOfMemory when that is no way out."""
        self._close()
        bridge.release_memory()
        values = self.options.model_dump()
        name = next((size for size in SIZES if isinstance(values.get(size), int)), "")
        # a training may take a smaller batch; fewer samples would not be what was asked for
        if name != "batch" or self._halved or values[name] < 2:
            raise OutOfMemory(_remedy(self.device, name, values.get(name))) from error
        self._halved = True
        half = values[name] // 2
        live = self.entry.live
        live.sentence = f"{self.device.title} ran out of memory; going on with a batch of {half}"
        # the recipe tells how it began, which is what a repeat does
        live.notice = (f"{live.notice} {self.device.title} ran out of memory, so the batch was {half} instead of "
                       f"{values[name]} from step {self.entry.pace.done:,} on.").strip()
        self.options = validated(type(self.options), {**values, name: half})
        self._open()

    def _close(self) -> None:
        close = getattr(self._events, "close", None)
        if close is not None:
            close()


def _device(recorded: Mapping[str, str], kind: str) -> Device:
    """The device a recipe ran on, so that a repeat is identical; the chosen one where that does not exist."""
    try:
        return device(recorded.get("device") or kind)
    except NoDevice:
        if "device" not in recorded:
            raise
        return device(kind)


def _remedy(used: Device, name: str, size: int | None) -> str:
    if not name or not size or size < 2:
        return f"{used.title} has too little memory for this job; choose a smaller model or image, or another device."
    return f"{used.title} has too little memory for a {name} of {size}; try a {name} of {size // 2}."
