"""Training at work: data, button, live course, continuing, and the way to Generate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer

from engines.file_names import free_name, root_of
from widgets.options.form import OptionForm
from workbench.background import Background
from workbench.controllers.files import ask_folder
from workbench.controllers.runs import RunController
from workbench.controllers.training.classifier import ClassifierForm
from workbench.controllers.training.data import (
    DIGITS,
    DataLook,
    Look,
    captions_of,
    facts_of,
    named_folders,
    question,
    seconds_of,
    suggested_name,
    suited,
    taken,
    warning,
)
from workbench.controllers.training.more import MoreTraining
from workbench.controllers.training.run import TrainRunController
from workbench.controllers.training.words import TASK
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.form_change import change_form
from workbench.pages.train_page import Page, TrainPage
from workbench.running.mailbox import LiveRun
from workbench.wording.words import duration

SIDES = {True: 28, False: 32}  # by whether the data are the digits


class TrainController(QObject):
    """Data and options of the next training. It has no signals.

    Args:
        desk, panel, background, runs: shared parts.
        space: the Train workspace.
        choose_task: shows the workspace and the form of a task.
        use: shows Generate with what a task made, by its name.
        explain: shows the formula of a training and its losses at a step.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, space: TrainPage, background: Background,
                 runs: RunController, choose_task: Callable[[str], object],
                 use: Callable[[str, str], object],
                 explain: Callable[[LiveRun, int | None], object]) -> None:
        super().__init__(desk.window)
        self._desk, self._panel, self._space = desk, panel, space
        self._choose_task = choose_task
        self._seconds, self._looked_once = 0.0, False
        self._beside: tuple[str, int, str, str] | None = None  # data that a run on the canvas brought into the form
        # the form as a redo of the choice of data puts it, and as that choice left it
        self._chosen: tuple[dict[str, Any], dict[str, Any]] = {}, {}
        self._data = DataLook(desk, background)
        self.more = MoreTraining(desk, panel, self._put, runs.start)
        self.course = TrainRunController(desk, panel, space, use, self.classes, self.show_run, self.more, explain)
        self._wire()
        self.classifiers = ClassifierForm(desk, panel, self.more)  # after `_changed`, which is quiet about its form

    def _wire(self) -> None:
        space, queue = self._space, self._desk.queue
        space.folder_asked.connect(lambda: ask_folder(self._desk, "Train on a folder", self.use_folder))
        space.digits_asked.connect(lambda: self.use_data(DIGITS))
        space.folder_dropped.connect(lambda name: self.use_folder(Path(name)))
        space.page_chosen.connect(space.show_page)
        self._panel.changed.connect(self._changed)
        self._panel.form_made.connect(self._made)
        self._panel.browse_requested.connect(self._browse)
        self._data.looking.connect(self._looking)
        self._data.looked.connect(self._looked)
        self._data.refused.connect(self._refused)
        self._data.estimated.connect(self._estimated)
        queue.job_added.connect(self._next_name)
        queue.job_finished.connect(lambda _run: self._changed())

    def close(self) -> None:
        """Ask and draw nothing more."""
        self._data.stop()
        self.course.close()

    # for the window

    def show_run(self, run: str, *, fill: bool = True) -> None:
        """Show a training, live or stored; `fill`: its options in the form, to repeat or change it."""
        task = self._desk.library.run(run).task
        self._choose_task(task)
        self.course.show(run)
        form = self._panel.forms.get(task)
        if fill and form is not None:
            with self._desk.guard():
                self._take_options(task, form, run)

    def _take_options(self, task: str, form: OptionForm, run: str) -> None:
        """Put the options of a run into the form, with a name that is free; undo brings back what was there."""
        from engines.recipe import Recipe
        from engines.tasks.base import options_of

        values = options_of(Recipe.from_json(self._desk.library.recipe(run))).model_dump(mode="json")
        # what the run itself had continued is not on the canvas: its own Continue button says what that goes on from
        values |= {"name": free_name(root_of(str(values["name"])), self._taken()), "resume": ""}
        if task == TASK:
            self._beside = question(values)  # the run stays on the canvas while its data are looked at
        change_form(self._desk.history, "Take options of a run", form, values, partial(self._put, task))

    def use_folder(self, folder: Path) -> None:
        """Train on a folder; a file means the folder that holds it."""
        self.use_data(str(folder if folder.is_dir() or not folder.exists() else folder.parent))

    def use_data(self, data: str) -> None:
        """Choose the data, with the size and name that suit it; undo takes it back."""
        self._choose_task(TASK)
        form = self._panel.forms.get(TASK)
        if form is None:
            self._desk.queue.ready.connect(lambda: QTimer.singleShot(0, self, lambda: self.use_data(data)))
            return
        before = form.values()
        # what was to be continued learnt from other pictures
        wanted: dict[str, Any] = {"data": data, "name": suggested_name(data, self._taken()), "resume": ""}
        if (before["data"] == DIGITS) != (data == DIGITS):
            wanted["size"] = SIDES[data == DIGITS]
        if data == DIGITS:
            wanted |= self._defaults()
        self._beside = None
        if after := change_form(self._desk.history, "Choose data", form, wanted, self._fill):
            self._chosen = after, dict(after)
        self._space.show_page(Page.DATA)
        self._desk.say(f"The next training learns from {'the digits' if data == DIGITS else Path(data).name}")
        if data != DIGITS:
            self._desk.remember(data)

    def _defaults(self) -> dict[str, Any]:
        """The options that suit the digits."""
        engines = self._desk.queue.engines
        values = engines.tasks[TASK].Form().model_dump(mode="json") if engines else {}
        return {name: values[name] for name in ("size", "colour", "batch", "steps") if name in values}

    def _put(self, task: str, values: Mapping[str, Any]) -> None:
        """Put values into the form of a training."""
        if task == TASK:
            self._fill(values)
        elif (form := self._panel.forms.get(task)) is not None:
            self._panel.put(form, values)

    def _fill(self, values: Mapping[str, Any]) -> None:
        form, engines = self._panel.forms.get(TASK), self._desk.queue.engines
        if form is not None and engines is not None:
            self._offer(str(values.get("data", "")))
            form.set_values(engines.tasks[TASK].Form.current(values))
            self._changed()

    # the form

    def _made(self, task: str) -> None:
        """The form exists: offer data, and a name that is free."""
        if task != TASK:
            return
        form = self._panel.forms[TASK]
        values = form.values()
        data = str(values["data"])
        self._offer(data)
        if values["name"] in {"", "my-model", *self._taken()}:
            form.set_values({"name": suggested_name(data, self._taken())})

    def _offer(self, data: str) -> None:
        """Offer the digits and the folders of before in the form."""
        recent = [name for name in self._desk.session.recent if Path(name).is_dir()][:6]
        folders = dict.fromkeys([name for name in (data, *recent) if name and name != DIGITS])
        if (form := self._panel.forms.get(TASK)) is not None:
            form.set_choices("data", [(DIGITS, "Digits (bundled)"), *named_folders(folders)])

    def _taken(self) -> frozenset[str]:
        """Names of trained models."""
        return taken(self._desk.library)

    def _browse(self, option: str) -> None:
        """The folder button of the data; `FormFiles` answers that of what is continued."""
        if self._panel.task == TASK and option == "data":
            ask_folder(self._desk, "Train on a folder", self.use_folder)

    def _changed(self) -> None:
        """The form changed: look at its data and say how long it will take."""
        form = self._panel.form if self._panel.task == TASK else None
        if form is None or not self._desk.ready:
            self._panel.say("")
            return
        values = form.values()
        form.set_error("network", "")
        if question(values) != self._data.asked:
            # what was wrong with other data is no reason against these
            form.set_error("data", "")
            form.set_error("size", "")
        self._button()
        if self._data.look is not None:
            self._space.data.warn(warning(self._data.look, self._batch))
        if not form.problems():
            self._data.ask(values)

    def _next_name(self, run: str) -> None:
        """A training is in the queue: the next one gets a name of its own."""
        form = self._panel.forms.made.get(TASK)
        if form is not None and self._desk.queue.job(run).task == TASK:
            name, others = str(form.values()["name"]), self._taken()
            if name in others:
                form.set_values({"name": free_name(root_of(name), others)})
            self._changed()

    def _button(self) -> None:
        values = self._panel.values()
        steps, resume = values.get("steps"), str(values.get("resume") or "")
        if self._panel.task != TASK or not isinstance(steps, int):
            return
        done = self.more.done(resume)
        trained = f"It already has {done:,} steps; choose more than that." if resume and steps <= done else ""
        self._panel.forms[TASK].set_error("steps", trained)
        left, seconds = max(0, steps - done), seconds_of(values, self._seconds, done)
        known = f" · about {duration(seconds)}" if seconds and left else ""
        self._panel.show_button(f"{f'Train {left:,} more' if resume else 'Train'}{known}")
        self._panel.say(self.more.described(resume))

    def _estimated(self, seconds: float, sentence: str) -> None:
        self._seconds = seconds
        if (form := self._panel.forms.get(TASK)) is not None:
            form.set_error("network", sentence)
        self._button()

    # the sheet

    def _looking(self) -> None:
        if self._data.look is None:
            self._space.data.clear("Looking at the data …")
        # neither the first look nor that at its own data may hide a run that was just opened
        if self._data.asked == self._beside:
            return
        if self._space.page is Page.EMPTY or (self._looked_once and not self.course.alive):
            self._space.show_page(Page.DATA)
        self._looked_once = True

    def _looked(self, look: Look) -> None:
        """Show the sheet; a training on the canvas stays there until the user turns to the data."""
        form = self._panel.forms.get(TASK)
        if form is not None:
            form.set_error("data", "")
            clash = look.data == DIGITS and (look.size != SIDES[True] or look.colour == "colour")
            form.set_error("size", "The digits are grey and 28 px wide; choose 28 and auto." if clash else "")
        self._suit(look)
        self._space.show_data(look.survey.samples, captions_of(look), facts_of(look, self._batch))
        self._data.measure()

    @property
    def _batch(self) -> int:
        """Images in each update, 0 while the form says none."""
        batch = self._panel.values().get("batch")
        return batch if isinstance(batch, int) else 0

    def _suit(self, look: Look) -> None:
        """Give data that were just chosen the options that suit them, but for those changed meanwhile."""
        (after, chosen), form = self._chosen, self._panel.forms.get(TASK)
        if form is None or look.data != after.get("data") or look.data == DIGITS:
            return
        self._chosen = {}, {}
        now, wanted = form.values(), suited(look.survey, self._on_cpu())
        found = {name: value for name, value in wanted.items() if now[name] == chosen[name] != value}
        after |= found  # redo brings them too
        if found:
            form.set_values(found)
            self._changed()

    def _on_cpu(self) -> bool:
        engines, kind = self._desk.queue.engines, self._desk.queue.device
        return (engines.devices[0].kind if kind == "auto" and engines else kind) == "cpu"

    def _refused(self, sentence: str) -> None:
        if (form := self._panel.forms.get(TASK)) is not None:
            form.set_error("data", sentence)
        self._seconds = 0.0
        self._button()
        if self._data.asked == self._beside:
            return
        self._space.start.set_sentence(sentence, "Choose folder")
        self._space.show_page(Page.EMPTY)

    def classes(self, data: str) -> tuple[str, ...]:
        """Names of the classes of a data set, () while unknown."""
        if data == DIGITS:
            return tuple("0123456789")
        look = self._data.look
        return look.survey.classes if look is not None and look.data == data else ()
