"""Going places: workspaces, tasks, runs, models and data sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from widgets.options.form import OptionForm
from workbench.actions import Spec
from workbench.background import Background
from workbench.bridge import give_back_memory
from workbench.controllers.laboratory import LaboratoryController
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.form_change import change_form
from workbench.library.records import Query
from workbench.running.mailbox import LiveRun
from workbench.steering.following import Follower
from workbench.steering.renewing import Renewer
from workbench.steering.swapping import Swap
from workbench.weight import heavy
from workbench.workspaces.base import Workspace
from workbench.workspaces.registry import Spaces

if TYPE_CHECKING:
    from engines.recipe import Recipe


class Navigator(QObject):
    """Shows workspaces, tasks and runs.

    Signals: workspace_changed(str); task_changed(str).

    Args:
        desk, panel, spaces: what it steers.
        background: reads what is large.

    Attributes: follower, which draws what comes of the run on the canvas; laboratory, which opens it.
    """

    workspace_changed = Signal(str)
    task_changed = Signal(str)

    def __init__(self, desk: Desk, panel: TaskPanel, spaces: Spaces, background: Background) -> None:
        super().__init__(desk.window)
        self._background = background
        self._desk, self._panel, self._spaces = desk, panel, spaces
        self._last = dict[str, str]()  # the task last used, by workspace
        self._swap = Swap(desk, spaces)
        self._wanted, self._fills, self._asked = "", True, ""
        panel.task_chosen.connect(self.turn_to_task)
        panel.returned.connect(self.choose_task)
        desk.queue.run_opened.connect(self._opened)
        self._renewer = Renewer(desk)
        self.follower = Follower(desk.stage, self)
        self.laboratory = LaboratoryController(desk, panel, self.choose_task, lambda: self.workspace,
                                               self.show_run)
        for signal in (desk.stage.shown, desk.stage.compared):
            signal.connect(self._hold)
        desk.actions.add(Spec("view.close_run", "Close run", "View", "Ctrl+W", section="run",
                              help="Clear the canvas and give its memory back; the run stays in the library",
                              needs="No run is open"),
                         self.close_run, lambda: bool(desk.stage.run))

    @property
    def tasks(self) -> dict[str, str]:
        """The task last used in each workspace."""
        return dict(self._last)

    def remember(self, tasks: Mapping[str, str]) -> None:
        """Take over which task was last used in each workspace."""
        self._last |= tasks

    @property
    def workspace(self) -> str:
        """Name of the workspace that is shown."""
        return self._spaces.current.name

    def here(self, task: str) -> bool:
        """Whether a task is one of the workspace that is shown."""
        return self._spaces.owner(task) is self._spaces.current

    def choose_workspace(self, name: str) -> None:
        """Show a workspace with the task that was last used there."""
        space = self._spaces.get(name)
        tasks = [task.name for task in space.tasks]
        if tasks:
            last = self._last.get(space.name, "")
            self.choose_task(last if last in tasks else tasks[0])
        else:
            self._show(space)  # its tasks are known once the engine has started

    def turn_to(self, name: str) -> None:
        """Show a workspace because the user asked for it."""
        if name == self.workspace:
            self._desk.say(f"{self._spaces.current.title} is shown already")
        self.choose_workspace(name)

    def turn_to_task(self, name: str) -> None:
        """Show a task because the user asked for it."""
        if name == self._panel.task and self._spaces.owner(name) is self._spaces.current:
            self._desk.say("This task is shown already")
        before, space = self._panel.task, self._spaces.owner(name)
        self.choose_task(name)
        if space is not None and self._spaces.owner(before) is space:
            space.carry(before)

    def choose_task(self, name: str) -> None:
        """Show a task's form and the workspace it belongs to; as soon as the engine has started, if it has not."""
        space = self._spaces.owner(name)
        if space is None:
            self._asked = name
            return
        self._last[space.name] = name
        self._panel.offer([(task.name, task.title) for task in space.tasks])
        self._panel.show_task(name)
        self._show(space)
        space.enter(name)
        self.task_changed.emit(name)

    def _show(self, space: Workspace) -> None:
        if space is not self._spaces.current:
            self._spaces.current.part()
            self._spaces.current = space
            self._desk.actions.call(space.called)
            self._swap.to(space)
            self._desk.begin()
            self.workspace_changed.emit(space.name)
            self._desk.canvas_changed()

    def arrived(self) -> None:
        """The run of last time came onto the stage: where another workspace is shown by now, it waits for its own."""
        self._swap.to(self._spaces.current)

    def begin(self) -> None:
        """The engine has started: show the form that was asked for meanwhile, or the first of the workspace."""
        from workbench.task_actions import task_specs

        for name, spec in task_specs(task for space in self._spaces for task in space.tasks).items():
            self._desk.actions.add(spec, lambda name=name: self.turn_to_task(name))
        self.choose_workspace(self.workspace)
        if self._asked:
            self.choose_task(self._asked)

    def first_launch(self) -> None:
        """With an empty library, let the bundled model draw at once, unless that would cover what was begun."""
        begun = self._desk.session.drafted or self._desk.library.runs(Query(limit=1))
        if not begun and self._spaces.sampling():
            self.choose_task(self._spaces.sampling())
            self._desk.actions["run.start"].trigger()

    def show_run(self, run: str, *, fill: bool = True) -> None:
        """Show a run of the library where its task is shown; `fill`: its options in the form."""
        if not self._desk.ready:  # only the engines know whose task it is
            self._desk.queue.ready.connect(lambda: self.show_run(run, fill=fill))
            return
        with self._desk.guard():
            space = self._spaces.owner(self._desk.library.run(run).task) or self._spaces.first
            space.show_run(run, fill=fill)

    def show_going(self, run: str) -> None:
        """Show a run that goes on; one that is compared stays where it stands, beside the others."""
        if run not in {live.run for live in self._desk.stage.together}:
            self.show_run(run)
        elif self._spaces.staged is not self._spaces.current:
            self.choose_workspace(self._spaces.staged.name)

    def load(self, run: str, *, fill: bool = True) -> None:
        """Put a run on the stage, its steps loaded when needed."""
        live = self._desk.queue.open_run(run)
        # held until it is on the stage: turning to its task first changes what is looked at
        self._desk.queue.look_at("opening", {run})
        self._wanted, self._fills = run, fill
        if not live.loading:
            self._opened(run)

    def _opened(self, run: str) -> None:
        """A run is loaded: show it as its task shows runs, with its picture and mask; a large one is read beside."""
        live = self._desk.queue.live(run)
        if run != self._wanted or live is None:
            return
        found = None
        with self._desk.guard():
            task = self._desk.library.run(run).task
            space = self._spaces.owner(task)
            if space is not None:
                self.choose_task(task)
                if heavy(self._desk, run):
                    self._background.do(lambda: self._read(run, space), lambda found: self._take(run, live, found),
                                        lambda why: (self._desk.complain(why), self._take(run, live, None)))
                    return
                found = self._read(run, space)
        self._take(run, live, found)

    def _read(self, run: str, space: Workspace) -> tuple[Recipe, Callable[[], object]]:
        """The recipe of a run, and what takes its files onto the canvas; on any thread. Raises BadInput."""
        from engines.recipe import Recipe

        recipe = Recipe.from_json(self._desk.library.recipe(run))
        return recipe, space.files_of(recipe)

    def _take(self, run: str, live: LiveRun, found: tuple[Recipe, Callable[[], object]] | None) -> None:
        """Show a run with its recipe; one whose recipe cannot be read any more still has steps to look at."""
        if run != self._wanted:  # another one was asked for meanwhile
            return
        self._wanted = ""
        with self._desk.guard():
            if found is not None:
                recipe, take = found
                if self._fills:
                    self._fill(recipe)
                take()
        self._desk.stage.show(live)
        self._desk.queue.look_at("opening", ())

    def fill(self, recipe: Recipe) -> None:
        """Show the options of a recipe in its form, with its picture and mask; undo brings back what was there."""
        space = self._spaces.owner(recipe.task)
        if space is None:
            self._desk.complain(f"No workspace shows the task “{recipe.task}”; run it on the command line.")
            return
        self._fill(recipe)
        space.files_of(recipe)()

    def _fill(self, recipe: Recipe) -> None:
        """Show the options of a recipe in its form."""
        from engines.tasks.base import options_of

        self.choose_task(recipe.task)
        form, space = self._panel.form, self._spaces.owner(recipe.task) or self._spaces.first
        values = space.suited(options_of(recipe).model_dump(mode="json"))
        if form is not None and self._change("Take options of a run", form, values):
            title = self._panel.titles.get(recipe.task, recipe.task)
            self._desk.say(f"Options of this run are in the form of {title}; Ctrl+Z brings yours back")

    def _change(self, text: str, form: OptionForm, values: Mapping[str, object]) -> bool:
        """Put values into a form, which undo takes back; whether that changed anything."""

        return bool(change_form(self._desk.history, text, form, values, partial(self._panel.put, form)))

    def defaults(self) -> None:
        """Give every option of the form its default; undo takes it back."""
        engines, form = self._desk.queue.engines, self._panel.form
        if engines is None or form is None:
            return
        if not self._change("Reset options", form, engines.tasks[self._panel.task].Form().model_dump(mode="json")):
            self._desk.say("Every option has its default already")

    def choose_model(self, name: str) -> None:
        """Take a model into the form of the present task, or of one that needs such a model."""
        kind = self._desk.models.modality(name)
        if not self._spaces.prior(self._panel.task, kind):
            last = [self._last[space.name] for space in self._spaces if space.name in self._last]
            asks = (task for task in last if self._spaces.prior(task, kind))
            self.choose_task(next(asks, self._spaces.sampling(kind)))
        form, option = self._panel.form, self._spaces.prior(self._panel.task, kind)
        if form is not None and option:
            self._desk.say(f"Model {name} is in the form")
            # what a lesson alone runs, such as the exact answer, is no way to sample this model
            self._change("Choose model", form, {**form.unlisted(), option: name})
            (self._spaces.owner(self._panel.task) or self._spaces.first).took_model()

    def sample_from(self, name: str) -> None:
        """Draw samples with a model."""
        if task := self._spaces.sampling(self._desk.models.modality(name)):
            self.choose_task(task)
            self.choose_model(name)
            self._desk.actions["run.start"].trigger()

    def close_run(self) -> None:
        """Take the run off the canvas and give its memory back."""
        run = self._desk.stage.run
        self._desk.stage.show(None)
        if run:
            self._desk.queue.release(run)
            give_back_memory()
            self._desk.say("The run is closed; it stays in the library")
        else:
            self._desk.say("There is no run to close")

    def _hold(self) -> None:
        """Keep in memory what is on the canvas, and only that."""
        stage = self._desk.stage
        self._desk.queue.look_at("canvas", {stage.run, *(live.run for live in stage.together)} - {""})
