"""What is copied as a command runs in a shell, and gives what the window made."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from safetensors.numpy import load_file

from tests.journeys.conftest import SOON
from tests.journeys.photograph import QUICK, photograph
from tests.journeys.test_images import fill, finished, press_run
from tests.journeys.window import Window
from tests.workbench.test_train_workspace import TINY
from workbench.home import Home


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Window:
    """A window whose home has a space and an umlaut in its path."""
    home = tmp_path / "my höme"
    monkeypatch.setenv("WORKBENCH_HOME", str(home))
    made = Window(Home(home), autostart=False)
    qtbot.addWidget(made, before_close_func=lambda _: made.close())
    made.show()
    with qtbot.waitSignal(made.desk.queue.ready, timeout=SOON):
        made.start()
    return made


def done_in_a_shell(line: str, folder: Path) -> dict[str, object]:
    """Run a copied line in a fresh shell, which knows nothing of the window's surroundings; gives its document."""
    end = subprocess.run(["sh", "-c", f"{line} --json"], cwd=folder, capture_output=True, text=True, check=False,
                         env={"PATH": os.defpath})
    assert end.returncode == 0, end.stderr
    return json.loads(end.stdout)


def copied(window: Window, action: str) -> str:
    """The line that an action puts on the clipboard."""
    window.desk.actions[action].trigger()
    return QGuiApplication.clipboard().text()


def sha(window: Window) -> str:
    """Of the run on the canvas."""
    live = window.desk.stage.live
    assert live is not None
    assert live.sha256
    return live.sha256


def test_generate_from_the_form_and_a_branch_of_it(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    """The form before it runs; a branch from the library, which begins with its painted state."""
    fill(window, "generate", {"steps": 4, "count": 2, "seeds": [3, 9], "label": "7", "guidance": 2.0})
    line = copied(window, "run.copy_command")
    press_run(qtbot, window)
    assert done_in_a_shell(line, tmp_path)["sha256"] == sha(window)
    window.desk.stage.move(2)
    parent = window.desk.stage.run
    fill(window, "generate", {"guidance": 4.0})
    window.branch.branch()
    qtbot.waitUntil(lambda: window.desk.stage.run not in {"", parent}, timeout=SOON)
    finished(qtbot, window)
    assert done_in_a_shell(copied(window, "library.copy_command"), tmp_path)["sha256"] == sha(window)


def test_inpaint_with_picture_and_mask_and_edit_with_a_crop(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    """From the form and from the library."""
    window.drop.open(photograph(tmp_path))
    fill(window, "inpaint", QUICK)
    mask = np.zeros((300, 400), np.float32)
    mask[100:170, 30:90] = 1
    window.images.input.set_mask(mask)
    line = copied(window, "run.copy_command")
    press_run(qtbot, window)
    assert done_in_a_shell(line, tmp_path)["sha256"] == sha(window)
    assert done_in_a_shell(copied(window, "library.copy_command"), tmp_path)["sha256"] == sha(window)
    fill(window, "edit", {"steps": 3, "count": 1, "crop_x": 40, "crop_y": 20, "crop_side": 200})
    line = copied(window, "run.copy_command")
    press_run(qtbot, window)
    assert done_in_a_shell(line, tmp_path)["sha256"] == sha(window)


def test_a_training_whose_name_has_spaces_and_its_model(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    """The line makes the same weights; Generate in a shell finds the very model, from the form and repeated."""
    folder = tmp_path / "my pictüres"
    folder.mkdir()
    for k in range(6):
        Image.fromarray(np.full((8, 8), 40 * k, np.uint8)).save(folder / f"{k}.png")
    window.train.use_folder(folder)
    fill(window, "train", {**TINY, "data": str(folder), "name": "Große Katze 1"})
    line = copied(window, "run.copy_command")
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON) as done:
        window.desk.actions["run.start"].trigger()
    model = window.desk.library.folder(str(done.args[0])) / "Große Katze 1.safetensors"
    line += f" --no-library --out {tmp_path / 'trained'}"  # or there would be two models of one name
    files = [Path(str(file)) for file in done_in_a_shell(line, tmp_path)["files"]]  # pyright: ignore
    again = next(file for file in files if file.name == model.name)
    assert all(np.array_equal(a, b) for a, b in zip(load_file(model).values(), load_file(again).values(), strict=True))
    fill(window, "generate", {"steps": 2, "count": 1, "model": f"{model.parent.name}/Große Katze 1"})
    line = copied(window, "run.copy_command")
    press_run(qtbot, window)
    assert done_in_a_shell(line, tmp_path)["sha256"] == sha(window)
    assert str(model) in line, "the name alone would mean another one once a second is called so"
    assert done_in_a_shell(copied(window, "library.copy_command"), tmp_path)["sha256"] == sha(window)


def test_the_forward_process_of_a_picture(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    """Which uses no model."""
    window.drop.open(photograph(tmp_path))
    fill(window, "noise", {"steps": 5, "size": 16, "count": 2})
    line = copied(window, "run.copy_command")
    press_run(qtbot, window)
    assert done_in_a_shell(line, tmp_path)["sha256"] == sha(window)
