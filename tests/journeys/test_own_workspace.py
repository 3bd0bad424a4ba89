"""A workspace is one new file, and so is a task: both are added, used in the real window, and gone with their files."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

import engines.tasks
import workbench.workspaces
from engines.tasks.base import tasks
from tests.journeys.conftest import SOON, Opener
from tests.journeys.test_images import fill, press_run
from tests.journeys.window import Window
from workbench.pages.images_page import Mode
from workbench.workspaces.registry import kinds

NAME = "marbles_of_a_test"

TASK = '''"""Marbles: a task of a test, which rolls numbers down to zero."""

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
import torch

from engines.component import Options, option
from engines.sampling import sampled
from engines.samplers.base import Step
from engines.tasks.base import Cost, Task
from engines.context import Context
from engines.events import Event, Opened, Stepped


class MarbleOptions(Options):
    """How many, how far."""

    steps: int = option(4, title="Steps", help="Moves.", ge=1, le=100)
    count: int = option(3, title="Marbles", help="How many.", ge=1, le=64)


class Marbles(Task):
    """Every step takes an even share away."""

    name: ClassVar[str] = "marbles"
    title: ClassVar[str] = "Roll marbles"
    verb: ClassVar[str] = "Roll"
    workspace: ClassVar[str] = "toy"
    Form: ClassVar[type[Options]] = MarbleOptions

    def title_of(self, options: Any) -> str:
        return f"{options.count} marbles"

    def cost_of(self, options: Any, model: object) -> Cost:
        return Cost(options.count, 0)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        n, shape = options.steps, (options.count, 1, 4, 4)
        line = np.linspace(1, 0, n + 1)
        yield Opened(self.title_of(options), n, shape, line, line, tuple(range(options.count)),
                     (-1,) * options.count, ("x",), (), 1 - line, line)
        for i in range(n + 1):
            x = torch.full(shape, 1 - i / n)
            yield Stepped(Step(i, n, 1 - i / n, x, x.clone(), 0))
        yield sampled(x, 0, 0.0)
'''

SPACE = '''"""Toy: a workspace of a test, which counts marbles."""

from pathlib import Path
from typing import ClassVar

from PySide6.QtWidgets import QLabel, QWidget

from workbench.desk import Desk
from workbench.workspaces.base import Workspace
from workbench.workspaces.shell import Shell


class Toy(Workspace):
    """A label, and another in place of the plots."""

    name: ClassVar[str] = "toy"
    title: ClassVar[str] = "Toy"
    place: ClassVar[int] = 50
    shortcut: ClassVar[str] = "Alt+7"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.label, self.own, self.opened = QLabel("No marbles"), QLabel("Own plots"), []

    @property
    def page(self) -> QWidget:
        return self.label

    @property
    def plots(self) -> QWidget:
        return self.own

    def join(self, shell: Shell) -> None:
        super().join(shell)
        for signal in (self.desk.stage.shown, self.desk.stage.grown):
            signal.connect(self._count)

    def _count(self) -> None:
        live = self.desk.stage.live
        if live is not None and live.samples is not None and self.shows(live.task):
            self.label.setText(f"{len(live.samples)} marbles came to rest")

    def opens(self, path: Path) -> bool:
        return path.suffix == ".marble"

    def open(self, path: Path) -> None:
        self.opened.append(path.name)
'''


def forget() -> None:
    """Let what the two files declare be found anew, or be gone with them."""
    for package in (engines.tasks, workbench.workspaces):
        sys.modules.pop(f"{package.__name__}.{NAME}", None)
    importlib.invalidate_caches()
    tasks.cache_clear()


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Path]]:
    """A task and a workspace in one new file each, removed whatever happens."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    files = [Path(package.__path__[0]) / f"{NAME}.py" for package in (engines.tasks, workbench.workspaces)]
    for file, text in zip(files, (TASK, SPACE), strict=True):
        file.write_text(text, encoding="utf-8")
    forget()
    yield files
    for file in files:
        file.unlink(missing_ok=True)
    forget()


def test_a_workspace_and_its_task_are_one_new_file_each(qtbot: QtBot, opened: Opener, added: list[Path],
                                                        tmp_path: Path) -> None:
    """Its tab, key and palette entry, its form and its run, what is dropped, and the place after a restart."""
    window = opened()
    assert [space.name for space in window.spaces] == ["images", "points", "toy", "train"]
    assert any(entry.title == "Toy" for entry in window.help.entries())
    qtbot.mouseClick(window.top.tabs.button("toy"), Qt.MouseButton.LeftButton)
    page = window.pages.currentWidget()
    assert isinstance(page, QLabel)
    assert (window.navigator.workspace, window.panel.task) == ("toy", "marbles")
    assert window.task.title.heading.text() == "Roll marbles"
    assert window.panel.run.text() == "Roll · about 1 s"
    assert window.equation.isHidden()
    assert window.plots.pages.currentWidget() is window.spaces.current.plots
    assert window.timeline.pages.currentIndex() == 0

    run = rolled(qtbot, window, page)
    file = tmp_path / "a.marble"
    file.write_text("round", encoding="utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    window.drop.drop(data)
    assert window.spaces.current.opened == ["a.marble"]  # pyright: ignore

    window.desk.actions["run.compare"].trigger()
    assert not window.desk.actions["run.compare"].isChecked()
    window.desk.actions["view.images"].trigger()
    assert (window.navigator.workspace, window.equation.isHidden()) == ("images", False)
    assert (window.desk.stage.run, window.images.mode) == ("", Mode.EMPTY)
    window.navigator.show_run(run)
    qtbot.waitUntil(lambda: window.desk.stage.run == run, timeout=SOON)
    assert window.navigator.workspace == "toy"
    window.close()
    again = opened()
    qtbot.waitUntil(lambda: again.navigator.workspace == "toy" and again.desk.stage.run == run, timeout=SOON)
    again.close()


def rolled(qtbot: QtBot, window: Window, page: QLabel) -> str:
    """Roll five marbles by the button, and see them nowhere but on the toy's own page; gives the run."""
    form = window.panel.form
    assert form is not None
    form.set_values({"count": 5})
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON) as ended:
        qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    run = str(ended.args[0])
    qtbot.waitUntil(lambda: page.text() == "5 marbles came to rest", timeout=SOON)
    assert window.desk.library.run(run).title == "5 marbles"
    assert window.timeline.film.shown
    assert window.images.grid.count == 0, "its run is no business of another workspace"
    return run


def test_every_workspace_keeps_its_own_run_on_the_stage(qtbot: QtBot, opened: Opener, added: list[Path]) -> None:
    """Going elsewhere and back brings back what was on the canvas, with all its steps."""
    window = opened()
    fill(window, "generate", {"steps": 2, "count": 1})
    drawn = press_run(qtbot, window)
    fill(window, "marbles", {"count": 2})
    toy = press_run(qtbot, window)
    for space, run in (("images", drawn), ("train", drawn), ("toy", toy), ("images", drawn), ("toy", toy)):
        window.navigator.choose_workspace(space)
        assert (window.desk.stage.run, window.desk.stage.recorded) == (run, True)
    assert window.images.grid.count == 1


def test_without_their_files_neither_is_there_and_the_window_opens_elsewhere(opened: Opener, added: list[Path],
                                                                             home: Path) -> None:
    for file in added:
        file.unlink()
    forget()
    assert [kind.name for kind in kinds()] == ["images", "points", "train"]
    home.mkdir(parents=True)
    (home / "session.json").write_text(json.dumps({"version": 1, "workspace": "toy"}), encoding="utf-8")
    assert opened().navigator.workspace == "images"
    assert "marbles" not in tasks()


def test_the_workspace_of_before_opens_again(opened: Opener) -> None:
    """Where no run was on the canvas, the window opens where it was closed."""
    window = opened()
    window.navigator.choose_workspace("train")
    window.close()
    assert opened().navigator.workspace == "train"
