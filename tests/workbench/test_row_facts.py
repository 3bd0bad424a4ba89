"""Rows of the library: runs of one title are told apart by how they were drawn."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from workbench.controllers import row_facts
from workbench.controllers.row_facts import RowFacts
from workbench.home import Home
from workbench.library.library import Library
from workbench.library.records import NewRun, Run
from workbench.wording.run_words import parts_apart

TITLE = '1,000 points of “Two "moons"”'


def add(library: Library, key: str, sampler: str, title: str = TITLE) -> None:
    options: dict[str, Any] = {"sampler": {"name": sampler}, "steps": 12, "seed": 7}
    library.add(NewRun(key, title, "sample-points", json.dumps({"options": options}), options))


def test_a_row_says_the_sampler_first_as_soon_as_another_run_has_its_title(tmp_path: Path) -> None:
    library = Library.in_memory(Home(tmp_path))
    rows = RowFacts(library)
    add(library, "a", "ddim")
    add(library, "c", "plms", "Another")
    run = library.run("a")
    assert rows.told(run, run.created).startswith("seed 7 · DDIM")
    add(library, "b", "heun")
    later = run.created + 1
    assert rows.told(run, later).startswith("DDIM · ")
    assert rows.told(library.run("b"), later).startswith("Heun · ")
    assert rows.told(library.run("c"), later).startswith("seed 7 · PLMS")
    library.close()


def counted_words(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many runs each working out of words was about, as it happens."""
    asked = list[int]()

    def words(group: Sequence[Run]) -> dict[str, str]:
        asked.append(len(group))
        return parts_apart(group)

    monkeypatch.setattr("workbench.controllers.row_facts.parts_apart", words)
    return asked


def test_words_of_a_title_are_worked_out_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of jobs are told many times a second, and all rows of a title together."""
    asked, library = counted_words(monkeypatch), Library.in_memory(Home(tmp_path))
    for key in "abcdef":
        add(library, key, "ddim")
    rows = RowFacts(library)
    for step in range(20):
        library.set_progress("a", step, 20, 1.0)
        assert len({rows.told(library.run(key), 1e9 + step) for key in "abcdef"}) == 1
    assert asked == [6]
    add(library, "elsewhere", "heun", "Another")
    for step in range(20):  # one that no row was asked for yet
        library.set_progress("elsewhere", step, 20, 1.0)
        rows.told(library.run("a"), 1e9)
    assert asked == [6, 6]
    library.close()


def test_a_renamed_run_is_no_longer_told_from_those_of_its_old_title(tmp_path: Path) -> None:
    """And those have other lines, as it has: whoever shows them is told which."""
    library = Library.in_memory(Home(tmp_path))
    add(library, "a", "ddim")
    add(library, "b", "heun")
    rows = RowFacts(library)
    assert rows.told(library.run("a"), 1e9).startswith("DDIM · ")
    assert not rows.moved()
    library.star("b")
    assert not rows.moved()
    library.rename("b", "Another")
    assert rows.moved() == {"a", "b"}
    assert rows.told(library.run("a"), 1e9).startswith("seed 7 · DDIM")
    library.close()


def test_what_tells_runs_apart_is_worked_out_once_for_a_title(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of jobs are told anew up to 30 times a second."""
    library, asked = Library.in_memory(Home(tmp_path)), list[int]()
    rows = RowFacts(library)
    for number in range(60):
        add(library, f"r{number:02}", "heun" if number % 2 else "ddim")
    monkeypatch.setattr(row_facts, "parts_apart", lambda group: asked.append(len(group)) or parts_apart(group))
    runs = [library.run(f"r{number:02}") for number in range(60)]
    for _ in range(3):
        for run in runs:
            assert "seed 7" in rows.told(run, runs[0].created)
    assert asked == [row_facts.ALIKE]
    add(library, "new", "plms")
    assert rows.told(library.run("new"), runs[0].created).startswith("PLMS · "), "one that came since is told apart"
    assert len(asked) == 2
    library.close()
