"""The engine's side of the window: forms when it is ready, devices, models, the status line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from engines.labels import EACH, FREE, WRITTEN
from engines.prior_name import EXACT
from widgets.options.fields import Kind
from widgets.options.form import OptionForm
from workbench import bridge
from workbench.background import size_of
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.library.records import State
from workbench.running.jobs import Job
from workbench.statusline import StatusLine
from workbench.topbar import TopBar
from workbench.wording.model_words import called, offered, runs_of
from workbench.wording.words import duration, megabytes
from workbench.workspaces.registry import Spaces

if TYPE_CHECKING:
    from engines.model_file import ModelFile

BEAT = 1000  # milliseconds between two looks at memory
EXACTLY = (EXACT, "Exact")
NO_FILES: Mapping[str, Path] = MappingProxyType({})
CLASSES = ((EACH, WRITTEN), (FREE, FREE))


class EngineController:
    """Follows the queue.

    Args:
        desk, top, status, panel: what it writes to.
        spaces: their tasks get forms.

    Attributes: left, seconds of work that a job has before it, None where nobody can say.
    """

    def __init__(self, desk: Desk, top: TopBar, status: StatusLine, panel: TaskPanel, spaces: Spaces) -> None:
        self._spaces = spaces
        self._desk, self._top, self._status, self._panel = desk, top, status, panel
        self.left: Callable[[Job], float | None] = lambda job: job.eta
        self._models: list[ModelFile] = []
        self._choices: list[tuple[ModelFile, str]] = []  # with the words that a list offers each by
        queue = desk.queue
        queue.ready.connect(self._ready)
        for signal in (queue.unavailable, queue.told):
            signal.connect(lambda sentence: desk.report(sentence))
        queue.job_failed.connect(self._failed)
        for signal in (queue.job_added, queue.job_changed, queue.job_finished, queue.order_changed):
            signal.connect(self.refresh)
        queue.job_finished.connect(self._finished)
        queue.job_changed.connect(self._warn)
        queue.job_changed.connect(self._mended)
        top.device_chosen.connect(self._choose_device)
        panel.changed.connect(self.offer_classes)
        panel.form_made.connect(self._made)
        desk.changed_models.append(self.list_models)
        self._spare = bridge.SpareMemory(lambda: queue.call(bridge.give_back_memory))
        self._beat = QTimer(desk.window)
        self._beat.setInterval(BEAT)
        self._beat.timeout.connect(self._facts)
        self._shown_model = ""
        self._warned = dict[str, str]()  # by run: the trouble that was told of it
        self._unkept = dict[str, str]()  # by run: what was told of it that found no room
        top.show_device("Starting", "warn")
        status.say("Starting the engine")

    def start(self) -> None:
        """Start the engine thread; call it once the window is visible."""
        self._desk.queue.start()
        self._beat.start()

    def stop(self) -> None:
        """Stop looking at memory."""
        self._beat.stop()

    @property
    def models(self) -> list[ModelFile]:
        """All usable models, the bundled ones too."""
        return self._models

    def model(self, name: str) -> ModelFile | None:
        """The model that is chosen by a name, None for an unknown one."""
        return next((model for model in self._models if model.choice == name), None)

    def _ready(self) -> None:
        """The engines are imported: the tasks have forms from now on, made from their options models."""
        from engines.component import as_recorded
        from workbench.forms import specs

        engines = self._desk.queue.engines
        if engines is None:
            return
        self._panel.set_tasks([(task.name, task.title, partial(specs, task.Form))
                               for space in self._spaces for task in space.tasks])
        for name, values in self._desk.session.options.items():
            if name in self._panel.forms:
                form = engines.tasks[name].Form
                usual, last = form().model_dump(mode="json"), as_recorded(form, values, saved=True)
                if usual | last != usual:  # any other form is made once it is asked for
                    self._panel.bring_back(name, last)
        self._top.show_devices([(d.kind, d.title) for d in engines.devices], self.device)
        self.list_models()
        self.refresh()
        self._status.say("Ready")

    @property
    def device(self) -> str:
        """Kind of the device in use."""
        engines, kind = self._desk.queue.engines, self._desk.queue.device
        return engines.devices[0].kind if kind == "auto" and engines else kind

    def _choose_device(self, kind: str) -> None:
        self._desk.queue.set_device(kind)
        engines = self._desk.queue.engines
        self._top.show_devices([(d.kind, d.title) for d in engines.devices] if engines else [], kind)
        self.refresh()
        self._desk.say(f"New runs are computed on {kind}")

    def list_models(self) -> None:
        """Look for models and offer them in the forms."""
        from engines.model_list import find_models

        found = find_models(self._desk.library.home.model_folders())
        # a file may go at any moment; one that is gone already has no size
        sizes = [(model, size) for model in found if (size := size_of(model.file))]
        # a name that stood for one model becomes another one where a second is called so: the file stays chosen
        files = {model.choice: model.file for model in self._models}
        self._models = [model for model, _ in sizes]
        words = called(self._models)
        self._choices = [(model, offered(model, words[model.choice], size)) for model, size in sizes]
        for task, form in self._panel.forms.made.items():
            self._offer_models(task, form, files)
        self._shown_model = ""
        self.offer_classes()

    def _offer_models(self, task: str, form: OptionForm, files: Mapping[str, Path] = NO_FILES) -> None:
        """Offer what a task can draw with, where it draws with any; what was chosen by one of the `files` stays so."""
        tasks = self._desk.queue.engines.tasks if self._desk.queue.engines else {}
        option = tasks[task].prior() if task in tasks else ""
        if not option:
            return
        choices = [] if tasks[task].takes("model") else [EXACTLY]
        choices += [(model.choice, words) for model, words in self._choices
                    if model.spec.modality is tasks[task].modality]
        names = {model.file: model.choice for model in self._models}
        before = str(form.values().get(option, ""))
        form.set_choices(option, choices, runs_of(self._models))
        now = before if before in dict(choices) else names.get(files[before]) if before in files else None
        if now:
            form.set_values({option: now})

    def _made(self, task: str) -> None:
        """A form is there that was not when the models were listed; before that, all of them wait for the list."""
        if self._models:
            self._offer_models(task, self._panel.forms[task])

    def offer_classes(self) -> None:
        """Offer the classes of the chosen model."""
        form = self._panel.form
        model = str(self._panel.values().get("model") or "")
        key = f"{self._panel.task}/{model}"
        if form is None or not model or key == self._shown_model:
            return
        known = self.model(model) or self._elsewhere(model)
        if known is not None and known.choice and known.choice != model:
            # a recipe may name its file, whose place nobody wants to read
            form.set_values({"model": known.choice})
            model = known.choice
        self._shown_model = f"{self._panel.task}/{model}"
        if known is None:
            # one that is gone may come back, out of the trash say: its class is still right then
            return
        classes = known.spec.classes
        offered = [*CLASSES, *((c, c) for c in classes)] if classes else [CLASSES[1]]
        for option in form.named(Kind.CLASS):
            self._offer_in(form, option, model, offered)

    def _offer_in(self, form: OptionForm, option: str, model: str, offered: Sequence[tuple[str, str]]) -> None:
        """Offer the classes of a model for one option, and leave one that it does not know."""
        before = str(form.values().get(option, ""))
        form.set_choices(option, offered)
        form.set_values({option: before})
        known = {value for value, _ in offered}
        if not all(part.strip() in known for part in before.split(",")):
            # a class of the model before: the run would fail
            value, title = offered[0]
            form.set_values({option: value})
            if before:
                self._desk.say(f"{model} knows no class “{before}”; Class is “{title}” now")

    def _elsewhere(self, name: str) -> ModelFile | None:
        """The model that a file or a folder means, the one of the list where it is in it; None for one that is gone."""
        from engines.errors import BadCheckpoint
        from engines.model_list import known_model

        try:
            found = known_model(name, self._desk.library.home.model_folders())
        except BadCheckpoint:
            return None
        return next((model for model in self._models if model.file.resolve() == found.file.resolve()), found)

    def refresh(self, *_: object) -> None:
        """Write the state of the queue into chip and status line."""
        alive = self._desk.queue.alive()
        jobs = f" · {len(alive)} {'job' if len(alive) == 1 else 'jobs'}" if alive else ""
        if self._desk.ready:
            self._top.show_device(f"{self.device.upper()}{jobs}", "good")
        running = next((job for job in alive if job.state is State.RUNNING), None)
        self.show_left()
        if running is not None:
            rate = f" · {running.rate:.1f} steps/s" if running.rate else ""
            self._status.say(f"{running.title}{rate}")
        else:
            paused = [job for job in alive if job.state is State.PAUSED]
            if paused:
                self._status.say(f"{paused[0].title}: paused at {paused[0].done:,} of {paused[0].total:,}")

    def show_left(self) -> None:
        """Write into the status line how far what runs is and how long it still takes, by what is known now."""
        job = next((job for job in self._desk.queue.alive() if job.state is State.RUNNING), None)
        if job is None:
            self._status.progress(None)
            return
        left = self.left(job)
        self._status.progress(job.done / job.total if job.total else 0.0,
                              "" if left is None else f"{duration(left)} left")

    def _finished(self, run: str) -> None:
        job = next((j for j in self._desk.queue.jobs() if j.id == run), None)
        if job is None:
            return
        ends = {State.DONE: "done", State.CANCELLED: "stopped; what is done is kept", State.FAILED: "failed"}
        took = f" in {duration(job.elapsed)}" if job.state is State.DONE else ""
        self._status.say(f"{job.title}: {ends.get(job.state, str(job.state))}{took}")
        live = self._desk.queue.live(run)
        space = self._spaces.owner(job.task)
        if live is not None and live.notice and not (space and space.shows_notes) \
                and self._desk.first_of(run, live.notice):
            self._desk.tell_of(run, live.notice)
        if live is not None and live.unkept and job.state is not State.FAILED:
            self._unkept[run] = live.unkept
            self._desk.report(live.unkept, ("Run again", lambda: self._desk.resume(run)))
        if live is not None and live.file("model") is not None:
            self.list_models()

    def _warn(self, run: str) -> None:
        """Tell at once of trouble that a run goes on with, for there is something to do, until it is over."""
        live, job = self._desk.queue.live(run), self._desk.queue.job(run)
        trouble, told = live.trouble if live is not None and job.state.alive else "", self._warned.get(run, "")
        if trouble != told:
            self._warned[run] = trouble
            self._desk.withdraw(told)
            if trouble:
                self._desk.report(trouble)

    def _mended(self, run: str) -> None:
        """What of a run found no room is on the disk now: say so no longer."""
        live = self._desk.queue.live(run)
        if run in self._unkept and live is not None and not live.unkept:
            self._desk.withdraw(self._unkept.pop(run))

    def _failed(self, run: str, sentence: str) -> None:
        """The one place that says why a run failed; its workspace knows what can be done about it."""
        job = self._desk.queue.job(run)
        space = self._spaces.owner(job.task) or self._spaces.first
        self._desk.report(sentence, *space.remedies(job))

    def _facts(self) -> None:
        """Once a second: models and memory."""
        # torch must be whole before it is asked anything
        held = bridge.process_memory()
        if all(job.rests for job in self._desk.queue.alive()):
            self._spare.tend(held)
        used = held + (bridge.device_memory() if self._desk.ready else 0)
        names = ", ".join(m.name for m in self._models[:3])
        more = f" and {len(self._models) - 3} more" if len(self._models) > 3 else ""
        self._status.facts(f"Models: {names}{more}" if names else "", megabytes(used))
