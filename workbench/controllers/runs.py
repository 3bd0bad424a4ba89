"""Starting runs: from the form, from a recipe, from a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from engines.prior_name import prior_name
from workbench.actions import Spec
from workbench.background import Background
from workbench.controllers.pausing import NOTHING, PauseController
from workbench.controllers.stopping import StopController
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.library.records import State
from workbench.preparing import Packing, Preparing
from workbench.running.gone import in_trash
from workbench.running.jobs import Job
from workbench.running.recorded import Recorded, record
from workbench.wording.refusals import refuse_bad

if TYPE_CHECKING:
    from engines.recipe import Recipe


class RunController:
    """Makes recipes and gives them to the queue.

    Args:
        desk: shared parts.
        panel: the task form.
        background: prepares runs of large pictures.
        attachments: files that a run of a task needs, by task; raises BadInput.
        began: shows a run that was put into the queue to be looked at.

    Attributes: begun, called when the user had the form run, now or later.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, background: Background, attachments: Callable[[str], Packing],
                 began: Callable[[Job], object]) -> None:
        self._desk, self._panel, self._attachments, self._began = desk, panel, attachments, began
        self.restore: Callable[[list[str]], object] = desk.library.restore  # the trash tells its list of it
        self.begun: Callable[[], object] = lambda: None
        self.preparing = Preparing(background, desk.window)
        self.stopping = StopController(desk, self.preparing)
        pausing = PauseController(desk.queue, desk.say, self.stopping.stop)
        add = desk.actions.add
        add(Spec("run.start", "Run", "Run", "Ctrl+Return; Ctrl+Enter", "play", "run"), self.start)
        add(Spec("run.queue", "Add to queue", "Run", "Ctrl+Shift+Return", section="run",
                 help="Run it after what runs now, without showing it"), self.enqueue)
        add(Spec("run.pause", "Pause or go on", "Run", "Ctrl+P", "pause", "run", needs=NOTHING,
                 help="Nothing starts until it is asked again, which goes on with what ran"), pausing.toggle)
        add(Spec("run.pause_all", "Pause or go on with all jobs", "Run", section="run", needs=NOTHING,
                 help="Nothing runs any more, or all that was paused takes its turn again"), pausing.toggle_all)
        add(Spec("run.cancel", "Stop", "Run", "Ctrl+.", "square", "run", "Stop what runs; what is done is kept",
                 needs=NOTHING), lambda: self._stop(pausing))
        add(Spec("run.cancel_all", "Stop all jobs", "Run", section="run",
                 help="Keep what ran; jobs that never began leave the library", needs=NOTHING), self.stopping.stop_all)
        panel.changed.connect(desk.move_on)
        panel.run.clicked.connect(self.start)
        panel.queue.clicked.connect(self.enqueue)

    def _stop(self, pausing: PauseController) -> None:
        """End what runs; where nothing does, what would in a moment."""
        if self._desk.queue.alive() or not self.preparing.titles:
            pausing.stop()
        else:
            self.stopping.stop_all()

    def recipe(self) -> Recipe:
        """The recipe of the form as it stands, with its files; raises BadInput for an option out of range."""
        bare = self.bare()
        return replace(bare, files=self._attachments(bare.task).pack())

    def bare(self, other: Mapping[str, object] = MappingProxyType({})) -> Recipe:
        """The recipe of the form as it stands, but for its files; raises BadInput for an option out of range.

        other: values in place of the form's own.
        """
        from engines.recipe import Recipe
        from engines.tasks.base import options_of

        task, values = self._panel.task, {**self._panel.values(), **other}
        problems = self._panel.form.problems() if self._panel.form else {}
        if problems:
            from engines.errors import BadOption

            raise BadOption(next(iter(problems.values())))
        return Recipe(task, options_of(Recipe(task, values)).model_dump(mode="json"))

    def stored(self, run: str) -> Recipe:
        """The recipe of a run of the library; raises BadInput."""
        from engines.recipe import Recipe

        return Recipe.from_json(self._desk.library.recipe(run))

    def start(self) -> Job | None:
        """Run the form and show the run."""
        return self._submit(show=True)

    def start_with(self, others: Sequence[Mapping[str, object]], each: Callable[[Job], object] = lambda _job: None,
                   titles: Sequence[str] = ()) -> None:
        """Run the form once for each table of values in place of its own, from one seed, and show the first run.

        Args:
            others: the tables.
            each: told of every run in turn as it is put into the queue.
            titles: of the runs; none for those they have by themselves.
        """
        with self._desk.guard():
            recipes = [self.bare(other) for other in others]  # none is begun where one cannot be
            packing = self._attachments(recipes[0].task)
            for k, bare in enumerate(recipes):
                if packing.slow:
                    self._prepare(bare, packing, show=not k, each=each)
                elif job := self.submit(replace(bare, files=packing.pack()), show=not k,
                                        title=titles[k] if titles else titled(bare, packing.called)):
                    each(job)
            self.begun()

    def enqueue(self) -> Job | None:
        """Run the form after what runs now, and stay where we are."""
        return self._submit(show=False)

    def _submit(self, *, show: bool) -> Job | None:
        if not self._desk.ready:
            self._desk.queue.ready.connect(lambda: self._submit(show=show))
            self._desk.say("The run starts as soon as the engine has")
            return None
        job = None
        with self._desk.guard():
            bare = self.bare()
            packing = self._attachments(bare.task)
            job = self.put(bare, packing, show=show)
            if (job is not None or packing.slow) and self._panel.form is not None:
                self._panel.form.advance_seeds(int(self._panel.values().get("count", 1)))
                self.begun()
        return job

    def put(self, bare: Recipe, packing: Packing, *, show: bool = True) -> Job | None:
        """Put a recipe without its files in the queue with these; None where they are packed beside the window first.

        Raises WorkbenchError.
        """
        if packing.slow:
            self._prepare(bare, packing, show=show)
            return None
        return self.submit(replace(bare, files=packing.pack()), show=show, title=titled(bare, packing.called))

    def submit(self, recipe: Recipe | str, *, show: bool = True, title: str = "", parent: str | None = None,
               branch_step: int | None = None) -> Job | None:
        """Put a recipe in the queue, on the canvas too unless told otherwise; raises WorkbenchError.

        None where its model lies in the trash: that is said, with the way to bring it back.
        """
        from engines.errors import BadCheckpoint
        from engines.recipe import Recipe as Parsed

        whole = Parsed.from_json(recipe) if isinstance(recipe, str) else recipe
        try:
            refuse_bad(whole, self._desk.library.home.model_folders())
        except BadCheckpoint:
            if not self._offer_back(prior_name(whole.options)):
                raise
            return None
        job = self._desk.queue.submit(recipe, title or titled(whole), parent=parent, branch_step=branch_step)
        return self._tell(job, show=show)

    def _prepare(self, bare: Recipe, packing: Packing, *, show: bool,
                 each: Callable[[Job], object] = lambda _job: None) -> None:
        """Pack, check and record a run beside the window; nothing of it is lost once it is in the library."""
        queue, library, title = self._desk.queue, self._desk.library, titled(bare, packing.called)

        def work() -> Recorded:
            whole = replace(bare, files=packing.pack())
            refuse_bad(whole, library.home.model_folders())
            return record(library, whole, title)

        def forget(recorded: Recorded) -> None:
            with self._desk.guard():
                library.set_state(recorded.run.id, State.CANCELLED)
                library.delete([recorded.run.id])

        self.preparing.add(title, work, lambda recorded: each(self._tell(queue.enqueue(recorded), show=show)),
                           self._desk.complain, forget)
        self._desk.say(f"{title} is being prepared")

    def _tell(self, job: Job, *, show: bool) -> Job:
        """A job is in the queue: show it."""
        self._desk.settle()  # what was wrong before is mended
        if show:
            self._began(job)
        self._desk.say(f"{job.title} is in the queue")
        return job

    def _offer_back(self, model: str) -> bool:
        """Offer to take the run that made a model out of the trash; False where none that is there did."""
        from engines.model_names import spoken

        engines = self._desk.queue.engines
        run = in_trash(model, self._desk.library, engines.tasks) if engines else None
        if run is not None:
            self._desk.complain(f"The model “{spoken(model)}” lies in the trash, with the run “{run.title}” that made "
                                "it; restore that to use it.", ("Restore", lambda: self.restore([run.id])))
        return run is not None

    def resume(self, runs: list[str], show: Callable[[str], object]) -> None:
        """Go on with interrupted runs (at least one); `show` puts the first of them where its task is shown.

        Those that went to the trash since they were offered stay there.
        """
        there = [run for run in runs if self._desk.library.has(run, trash=False)]
        with self._desk.guard():
            for run in there or runs:  # of none that is there the queue says why
                self._desk.queue.resume(run)
            show(there[0])


def titled(recipe: Recipe, called: str = "") -> str:
    """What a run of a recipe is called by itself, its data by the name that the user has for them; raises BadInput."""
    from engines.tasks.base import options_of, task

    options = options_of(recipe)
    title, data = task(recipe.task).title_of(options), getattr(options, "data", None)
    return title.replace(str(data.title), called, 1) if called and data is not None else title
