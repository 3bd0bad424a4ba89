"""What fails a test by itself: a thread or timer left behind, a warning of Python's or Qt's, an error in a slot."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LEAKY = """
import threading, warnings
from PySide6.QtCore import QTimer, qWarning

KEPT, OPEN = [], threading.Event()

def test_thread():
    threading.Thread(target=OPEN.wait, args=(4,), daemon=True).start()

def test_timer(qtbot):
    KEPT.append(QTimer())
    KEPT[-1].start(1000)

def test_warning():
    warnings.warn("old", DeprecationWarning)

def test_qt_warning(qtbot):
    qWarning("odd")

def test_error_in_a_slot(qtbot):
    QTimer.singleShot(0, lambda: 1 / 0)
    qtbot.wait(20)

def test_fine(qtbot):
    timer = QTimer()
    timer.start(1000)
    timer.stop()
"""


def test_what_is_left_behind_fails_the_test_that_left_it(tmp_path: Path) -> None:
    file = tmp_path / "test_leaky.py"
    file.write_text(LEAKY)
    words = ["-m", "pytest", "-q", "-p", "tests.conftest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT)]
    run = subprocess.run([sys.executable, *words, str(file)], cwd=ROOT, capture_output=True, text=True, check=False,
                         timeout=120)
    wrong = set(re.findall(r"^(?:FAILED|ERROR) \S*::test_(\w+)", run.stdout, re.MULTILINE))
    assert wrong == {"thread", "timer", "warning", "qt_warning", "error_in_a_slot"}, run.stdout + run.stderr
