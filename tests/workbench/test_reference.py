"""The reference page says what the forms, the menus and the command line say today."""

from __future__ import annotations

import re
from pathlib import Path

from pytestqt.qtbot import QtBot

from engines.samplers.base import samplers
from engines.tasks.base import tasks
from workbench.cli.flags import flags_of
from workbench.home import temporary_home
from workbench.reference import FILE, main, reference
from workbench.window import MainWindow


def test_the_page_is_up_to_date(qtbot: QtBot) -> None:
    """Else: python -m workbench.reference."""
    window = MainWindow(temporary_home(), autostart=False)
    qtbot.addWidget(window)
    page = reference(window.desk.actions)
    window.close()
    assert page == FILE.read_text(encoding="utf-8")
    for kind in samplers().values():
        assert f"### {kind.title}\n" in page
    for task in tasks().values():
        assert f"### {task.title}\n" in page
        assert all(f"`--{name.replace('_', '-')}`" in page for name in task.Form.model_fields)
    known = {flag.written for task in tasks().values() for flag in flags_of(task.Form)}
    written = set(re.findall(r"\| `(--[a-z.-]+)` \|", page))
    assert {flag for flag in known if flag.count(".") < 2} <= written <= known
    # the options of an algorithm that another one takes, told where the first option that chooses it is
    assert "--objective.weight.bound" in written
    assert "| `Ctrl+Z` | Undo |" in page
    assert "\\term{" not in page


def test_the_command_writes_it(qtbot: QtBot, tmp_path: Path) -> None:
    assert main(tmp_path / "page.md") == 0
    assert (tmp_path / "page.md").read_bytes() == FILE.read_bytes()
