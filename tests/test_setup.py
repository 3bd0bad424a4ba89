"""Starting on a fresh machine: what `make run` does once and what it repeats, and what is said without a screen."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import main
from workbench import screen

ROOT = Path(__file__).resolve().parents[1]
LDD = """#!/bin/sh
case "$1" in *libqxcb.so) printf '\\tlibxcb-cursor.so.0 => not found\\n\\tlibEGL.so.1 => not found\\n' ;; esac
"""
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has Qt's libraries apart")


def command(folder: Path, name: str, body: str) -> None:
    """A command of that name at the front of a PATH that begins with `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(body)
    (folder / name).chmod(0o755)


def ran(*words: str, folder: Path, front: Path, **also: str) -> subprocess.CompletedProcess[str]:
    # what an outer `make test TORCH=cuda` hands down is not for the make in here
    outer = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "TORCH"}}
    around = {**outer, "PATH": f"{front}{os.pathsep}{os.environ['PATH']}", **also}
    return subprocess.run(words, cwd=folder, env=around, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")
def test_make_run_installs_once_and_names_missing_libraries_until_they_are_there(tmp_path: Path) -> None:
    """A second `make run` calls no pip, so it needs no network; a missing library is named at every start."""
    for name in ("Makefile", "pyproject.toml", "resources/setup/constraints-cpu.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    command(tmp_path / ".venv" / "bin", "python", '#!/bin/sh\necho "python $*"\n')
    for name, found in (("missing", 1), ("there", 0)):
        command(tmp_path / "resources/setup", "system-libraries", f"echo libraries {name}\nexit {found}\n")
        starts = [ran("make", "run", folder=tmp_path, front=tmp_path) for _ in range(2)]
        assert [start.returncode for start in starts] == [0, 0]
        assert all(start.stdout.endswith("python main.py\n") for start in starts)
        assert ["libraries" in start.stdout for start in starts] == [True, name == "missing"]
        assert ["pip install" in start.stdout for start in starts] == [name == "missing", False]


@LINUX
@pytest.mark.parametrize(("user", "apt", "code", "said"), [
    ("1000", 0, 1, "    sudo apt-get install libegl1 libxcb-cursor0"),
    ("0", 0, 0, "Installing system libraries for the window: libegl1 libxcb-cursor0"),
    ("0", 1, 1, "    sudo apt-get install libegl1 libxcb-cursor0")])
def test_missing_libraries_are_installed_or_the_line_is_printed(tmp_path: Path, user: str, apt: int, code: int,
                                                                said: str) -> None:
    command(tmp_path, "ldd", LDD)
    command(tmp_path, "id", f"#!/bin/sh\necho {user}\n")
    command(tmp_path, "apt-get", f'#!/bin/sh\necho "$*" >> {tmp_path}/asked\nexit {apt}\n')
    found = ran("sh", str(ROOT / "resources/setup/system-libraries"), sys.executable, folder=tmp_path, front=tmp_path)
    assert (found.returncode, said in found.stdout.replace(" \n", "\n").splitlines()) == (code, True)
    assert (tmp_path / "asked").exists() == (user == "0")


def test_without_qts_libraries_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch,
                                                    capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "PySide6.QtWidgets", None)
    assert main.main([]) == 1
    said = capsys.readouterr().err
    assert said.startswith("The window needs a system library (")
    assert said.count("\n") == 1


@LINUX
def test_without_a_display_one_sentence_names_the_headless_commands(monkeypatch: pytest.MonkeyPatch,
                                                                    capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main.main([]) == 1
    assert capsys.readouterr().err == screen.NO_DISPLAY + "\n"
    assert "main.py list, generate, inpaint, edit, noise, train, evaluate, check, bench or shots" in screen.NO_DISPLAY


@LINUX
def test_a_display_that_does_not_answer_is_one_sentence_and_no_abort(tmp_path: Path) -> None:
    found = ran(sys.executable, str(ROOT / "main.py"), folder=tmp_path, front=tmp_path, DISPLAY=":987",
                QT_QPA_PLATFORM="xcb")
    assert found.returncode == 1
    assert found.stderr.startswith("The window cannot be opened (")
    assert found.stderr.count("\n") == 1


@LINUX
def test_a_display_that_does_not_answer_is_one_document_for_a_program(tmp_path: Path) -> None:
    found = ran(sys.executable, str(ROOT / "main.py"), "open", str(ROOT / "README.md"), "--json", folder=tmp_path,
                front=tmp_path, DISPLAY=":987", QT_QPA_PLATFORM="xcb")
    assert found.returncode == 1
    assert json.loads(found.stdout) == {"error": found.stderr.strip()}
    assert found.stderr.startswith("The window cannot be opened (")
