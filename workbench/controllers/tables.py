"""Tables of results in Images: comparing methods by one button, looking at what they came to, and taking one over."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from engines.figure_rows import FOLDER, METHODS, TABLE, read_rows, shown
from engines.file_names import portable
from engines.files import write_atomic
from widgets.lists.result_table import Head
from widgets.options.form import OptionForm
from workbench.actions import EXPORT_MORE, Spec
from workbench.background import Background
from workbench.controllers.files import ask_folder, ask_save
from workbench.controllers.guidance import ACTION as GUIDANCE
from workbench.controllers.laboratory import OPEN as LABORATORY
from workbench.controllers.runs import RunController
from workbench.controllers.table_rows import GIVEN, beside, caption, common, done, key, picture
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.form_change import change_form
from workbench.pages.images_page import ImagesPage
from workbench.pages.table_page import Tile
from workbench.pages.toolstrip import ToolStrip
from workbench.preparing import Packing
from workbench.running.mailbox import LiveRun

if TYPE_CHECKING:
    from engines.tasks.base import Task

SHOWN = 64  # pictures of a grid
RESULTS = "into"  # the option that names the folder for results
BRANCH = "run.branch"
EXPORT, CLOSE = "file.export_table_of_results", "run.close_table"


class TableController:
    """Follows the run on the stage as far as it came to a table. It has no signals.

    Args:
        desk, panel, background: shared parts.
        canvas: the page of Images; its own page for tables shows them, and its strip gets the buttons.
        runs: puts a comparison in the queue.
        tasks: those of the workspace.
        attachments: the picture that goes with a run of a task; raises BadInput.
        choose: shows the form of a task.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, background: Background, canvas: ImagesPage,
                 runs: RunController, tasks: Callable[[], Sequence[Task]], attachments: Callable[[str], Packing],
                 choose: Callable[[str], object]) -> None:
        page = canvas.table
        self._desk, self._panel, self._background, self._page = desk, panel, background, page
        self._runs, self._tasks, self._attachments, self._choose = runs, tasks, attachments, choose
        self._run, self._rows, self._columns = "", list[dict[str, str]](), METHODS
        self._pictures = dict[Path, QImage]()
        self._seen = tuple[tuple[str, Path], ...]()  # the files of the run when its table was last drawn
        self._picked = ""  # the row that was picked last, by its first cell
        self._busy, self._form = False, ("", False)  # the task whose form the buttons suit, and whether it has a mask
        desk.actions.add(Spec(EXPORT, "Export table of results…", "File", section="export", icon="download",
                              help="The table of a comparison or a folder as CSV, with every digit",
                              needs="Compare methods, or restore a folder first", within=EXPORT_MORE),
                         self._ask, lambda: self._here)
        desk.actions.add(Spec(CLOSE, "Back to the picture", "View", section="run", icon="arrow-left",
                              help="Put the table away; its run stays in the library",
                              needs="No table is shown"), lambda: self.close() or desk.say("No table is shown"),
                         lambda: self._here)
        page.add_tools(desk.actions, ((EXPORT, "download"), (CLOSE, "arrow-left")))
        page.picked.connect(self._pick)
        page.table.went.connect(self._went)
        desk.queue.ready.connect(lambda: self._add_buttons(
            lambda name, icon: canvas.strip.add_button(desk.actions[name], icon)))
        panel.changed.connect(lambda: self._suit(canvas.strip))
        desk.stage.shown.connect(self._shown)
        desk.stage.grown.connect(self.draw)

    def _add_buttons(self, add: Callable[[str, str], object]) -> None:
        """Declare an action for each task that needs nothing but the form it gathers, as (action, icon) of a button."""
        for task in (task for task in self._tasks() if task.gathers and task.takes("folder")):
            self._desk.actions.add(Spec(f"file.{task.name}", f"{task.verb}…", "File", section="open", icon="folder",
                                        help=f"{task.summary} The options are those of the form."),
                                   partial(self.ask_folder, task))
        for task in self._gathering():
            name = f"run.{task.name}"
            self._desk.actions.add(Spec(name, task.verb, "Run", section="again", icon="list", help=task.summary,
                                        needs="Open a picture and choose what happened to it first"),
                                   partial(self.start, task), partial(self._fits, task))
            add(name, "list")

    def _gathering(self) -> list[Task]:
        return [task for task in self._tasks() if task.gathers and not task.takes("folder")]

    def out_of_place(self) -> set[str]:
        """The actions of buttons that have nothing to act on beside the present form."""
        found = {f"run.{task.name}" for task in self._gathering() if self._panel.task not in {task.name, task.gathers}}
        # the tools of the mask need the room, and branching has its key and its place under the steps
        return found | ({GUIDANCE, LABORATORY, *[BRANCH] * (not found)} if self._masked else set())

    @property
    def _masked(self) -> bool:
        """Whether a hole, or colours, are painted for the form as it stands."""
        return any(task.name == self._panel.task and name in task.attached()
                   and name not in task.spares(self._panel.values())
                   for task in self._tasks() for name in ("mask", "paint"))

    def _suit(self, strip: ToolStrip) -> None:
        """Show the buttons that go with the form, when that is another one or begins or ceases to need a mask."""
        form = self._panel.task, self._masked
        if form != self._form:
            self._form = form
            strip.leave_out(self.out_of_place())

    def _fits(self, task: Task) -> bool:
        return self._panel.task in {task.name, task.gathers}

    # starting

    def start(self, task: Task) -> None:
        """Run a task with the options of the form that it gathers, and the picture on the canvas."""
        if self._panel.task == task.name:
            self._runs.start()
            return
        if self._panel.task != task.gathers:
            self._choose(task.gathers)
            self._desk.say(f"Choose what happened to the picture, then press {task.verb} again")
            return
        from engines.recipe import Recipe
        from engines.tasks.base import options_of

        with self._desk.guard():
            values = common(task, self._panel.values())
            bare = Recipe(task.name, options_of(Recipe(task.name, values)).model_dump(mode="json"))
            self._runs.put(bare, self._attachments(task.gathers))

    def carry(self, before: str) -> None:
        """The user turned from another task: what one does once and the other many times is of one form."""
        task = next((task for task in self._tasks() if self._panel.task == task.name and task.gathers == before), None)
        if task is not None and before in self._panel.forms.made:
            form, values = self._panel.forms[task.name], common(task, self._panel.forms[before].values())
            change_form(self._desk.history, f"Take options of {self._panel.titles[before]}", form, values,
                        partial(self._panel.put, form))

    def ask_folder(self, task: Task) -> None:
        """Let the user choose the folder that a task is to go through."""
        ask_folder(self._desk, task.verb, lambda place: self.start_in(task, place))

    def start_in(self, task: Task, place: Path) -> None:
        """Go through a folder with the options of the form that the task gathers; results go to a new one beside it."""
        from engines.recipe import Recipe
        from engines.tasks.base import options_of

        with self._desk.guard():
            values, results = common(task, self._form_of(task).values()), beside(place)
            folders = {task.takes("folder"): str(place), RESULTS: str(results)}
            options = options_of(Recipe(task.name, {**values, **folders}))
            self._runs.put(Recipe(task.name, options.model_dump(mode="json")), Packing())
            self._desk.say(f"{task.title_of(options)}: results go to “{results.name}” beside it")

    def _form_of(self, task: Task) -> OptionForm:
        """The form whose options a folder is gone through with: the one in sight, where it shares them."""
        alike = {other.name for other in self._tasks() if other.gathers == task.gathers}
        return self._panel.forms[self._panel.task if self._panel.task in alike else task.gathers]

    # what is shown

    def _shown(self) -> None:
        """Another run is on the stage."""
        self._picked, self._pictures = "", {}
        self.draw()

    def draw(self) -> None:
        """Show the table of the run on the stage as far as it is."""
        live = self._desk.stage.live
        if live is None or not self._here:
            self._run, self._rows, self._seen = "", [], ()
            return
        if live.run == self._run and live.files is self._seen:  # steps are made thirty times a second
            return
        self._seen, file = live.files, live.file(TABLE)
        rows = read_rows(file) if file is not None else []
        self._run, self._rows = live.run, rows
        self._columns = next((known for known in (METHODS, FOLDER) if rows and known[0].name in rows[0]), METHODS)
        self._table()
        self._look(live)

    def _table(self) -> None:
        told = [column for column in self._columns if column.told]
        heads = [Head(column.title, column.told, column.digits >= 0) for column in told]
        quiet = frozenset(k for k, row in enumerate(self._rows) if not done(row))
        cells = [shown(told, {**row, "result": Path(row.get("result", "")).name}) for row in self._rows]
        self._page.show_table(self._title(), heads, cells, quiet, self._current())

    def _title(self) -> str:
        with self._desk.guard():
            return self._desk.library.run(self._run).title
        return ""

    def _current(self) -> int:
        return next((k for k, row in enumerate(self._rows) if self._picked and key(row) == self._picked), -1)

    def _look(self, live: LiveRun) -> None:
        """Read the pictures that are not there yet beside the window, and show them in the order of the table."""
        wanted = [file for file, _, _ in self._files(live) if file not in self._pictures]
        self._tiles(live)
        if not wanted or self._busy:
            return
        self._busy = True
        self._background.do(lambda: {file: QImage(str(file)) for file in wanted}, self._take,
                            lambda why: (self._take({}), self._desk.complain(why)))

    def _take(self, found: Mapping[Path, QImage]) -> None:
        self._busy, live = False, self._desk.stage.live
        if live is None or live.run != self._run:
            return
        self._pictures |= found
        self._tiles(live)
        if any(file not in self._pictures for file, _, _ in self._files(live)):
            self._look(live)

    def _tiles(self, live: LiveRun) -> None:
        tiles = [Tile(self._pictures[file], words, row) for file, words, row in self._files(live)
                 if file in self._pictures and not self._pictures[file].isNull()]
        self._page.show_tiles(tiles)

    def _files(self, live: LiveRun) -> list[tuple[Path, str, int]]:
        """The file of every picture, what stands under it, and its row: what was given, then the results."""
        # the command line puts the task before the name
        known = {path.stem.removeprefix(f"{live.task}-"): path for _, path in live.files}
        given = [(known[name], words, -1) for name, words in GIVEN.items() if name in known]
        results = [(path, caption(self._columns, row), k) for k, row in enumerate(self._rows)
                   if (path := picture(row, known)) is not None]
        return [*given, *results][:SHOWN]

    # what can be done

    def _went(self, place: int) -> None:
        """The keyboard or a click went to a row: the table stays there when its rows change places."""
        self._picked = key(self._rows[place]) if 0 <= place < len(self._rows) else ""

    def _pick(self, place: int) -> None:
        """A row or its picture was clicked: its options go into the form that was gathered."""
        row = self._rows[place] if 0 <= place < len(self._rows) else {}
        self._went(place)
        task = self._task()
        if task is None or not row.get("options"):
            if row.get("why"):
                self._desk.say(row["why"])
            return
        with self._desk.guard():
            self._fill(task, row)

    def _fill(self, task: Task, row: Mapping[str, str]) -> None:
        form = self._panel.forms[task.gathers]
        made = self._runs.stored(self._run).options
        values = {name: made[name] for name in form.values() if name in common(task, made)}
        given = {"method": json.loads(row["options"]), "steps": int(row["steps"])}
        change_form(self._desk.history, f"Take {row['title']}", form, {**values, **given},
                    partial(self._panel.put, form))
        place = self._panel.titles.get(task.gathers, task.gathers)
        self._desk.say(f"{row['title']} with {row['steps']} steps is in the form of {place}; Ctrl+Z brings back what "
                       "was there")

    def _task(self) -> Task | None:
        """The task whose run is shown."""
        live = self._desk.stage.live
        return None if live is None else next((task for task in self._tasks() if task.name == live.task), None)

    @property
    def _here(self) -> bool:
        """Whether the run on the stage came to a table that is shown here."""
        return self._desk.stage.tabled and self._task() is not None

    def close(self) -> bool:
        """Put the table away; False where there is none."""
        if not self._here:
            return False
        self._desk.stage.show(None)
        return True

    def _ask(self) -> None:
        """Let the user choose where the table goes."""
        live = self._desk.stage.live
        file = live.file(TABLE) if live is not None and self._here else None
        if file is None:
            self._desk.complain("There is no table of results to export; compare methods, or restore a folder first.")
            return
        ask_save(self._desk, "Export table", f"{portable(self._title())}.csv", "CSV (*.csv)",
                 lambda target, _kind: self.write(file, target))

    def write(self, table: Path, target: Path) -> None:
        """Copy a table to a file."""
        with self._desk.guard():
            write_atomic(target, table.read_bytes())
            self._desk.say(f"Saved “{target.name}”")
