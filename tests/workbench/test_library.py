"""The library: search, stars, trash, checksums, migration, locks and folders that cannot be written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import platformdirs
import pytest

from engines.errors import BadInput
from workbench.home import home as users_home
from workbench.home import temporary_home
from workbench.library.library import Library
from workbench.library.records import NewRun, Query, Sort, State

HOLD = "import sys; from workbench.library.lock import FileLock; from pathlib import Path; " \
       "lock = FileLock(Path(sys.argv[1])); lock.acquire(); print('held', flush=True); sys.stdin.read()"


def add(library: Library, name: str, task: str = "generate", *, state: State = State.DONE, parent: str | None = None,
        **options: Any) -> str:
    """A run with some options."""
    library.add(NewRun(name, name.title(), task, json.dumps({"options": options}), options, parent))
    library.set_state(name, state)
    (library.home.run_folder(name) / "note.txt").write_text(name)
    return name


def found(library: Library, words: str) -> set[str]:
    """Ids that a search gives."""
    return {run.id for run in library.runs(Query(words))}


def test_search_finds_anything_in_the_recipe(library: Library) -> None:
    """Words anywhere, comparisons of options and metrics, several at once."""
    add(library, "a", steps=50, model="digits", sampler={"name": "ddim", "eta": 0.5})
    add(library, "b", steps=5, model="faces", sampler={"name": "ddpm"}, seeds=[3, 4], label="Sürname")
    library.set_metrics("b", {"accuracy": 0.98})
    for words, expected in {
        "": {"a", "b"}, "DDIM": {"a"}, "digits ddim": {"a"}, "digits ddpm": set[str](), "steps=5": {"b"},
        "steps>5": {"a"}, "steps>=5": {"a", "b"}, "sampler=ddpm": {"b"}, "sampler.eta>0.2": {"a"},
        "accuracy>=0.97": {"b"}, "accuracy:0.98": {"b"}, "sürname": {"b"}, "%": set[str](), "model!=faces": {"a"},
        "steps=5;drop": set[str](), "seeds=3,4": {"b"},
    }.items():
        assert found(library, words) == expected, words


def test_filters_and_orders(library: Library) -> None:
    """By task, state, model and star; newest first by default."""
    for name, task in (("b", "generate"), ("a", "train"), ("c", "train")):
        add(library, name, task, model=f"m-{name}", state=State.FAILED if name == "c" else State.DONE)
    library.star("a")
    assert [run.id for run in library.runs()] == ["c", "a", "b"]
    assert [run.id for run in library.runs(Query(sort=Sort.TITLE))] == ["a", "b", "c"]
    assert [run.id for run in library.runs(Query(sort=Sort.STARRED))] == ["a", "c", "b"]
    assert [run.id for run in library.runs(Query(tasks=frozenset({"train"}), sort=Sort.OLDEST))] == ["a", "c"]
    assert [run.id for run in library.runs(Query(states=frozenset({State.FAILED})))] == ["c"]
    assert [run.id for run in library.runs(Query(models=frozenset({"m-b"})))] == ["b"]
    assert [run.id for run in library.runs(Query(starred=True))] == ["a"]


def test_renaming_is_searchable_and_needs_a_title(library: Library) -> None:
    """The new title is found, the old one not."""
    add(library, "old")
    library.rename("old", "  Portraits ")
    assert library.run("old").title == "Portraits"
    assert found(library, "portraits") == {"old"}
    with pytest.raises(BadInput, match="title"):
        library.rename("old", "  ")


def test_trash_and_back(library: Library) -> None:
    """Deleting hides row and folder; restoring brings both back as they were; emptying is for good."""
    add(library, "a", model="x")
    assert library.delete(["a"]) == ["a"]
    assert library.runs() == []
    assert [run.id for run in library.runs(Query(trashed=True))] == ["a"]
    assert (library.folder("a") / "note.txt").read_text() == "a"
    library.restore(["a"])
    assert found(library, "x") == {"a"}
    assert (library.home.run_folder("a") / "note.txt").exists()
    library.delete(["a"])
    assert library.empty_trash() == 1
    assert list(library.home.trash.iterdir()) == []
    with pytest.raises(BadInput, match="“a”"):
        library.run("a")


def test_what_is_alive_is_not_deleted(library: Library) -> None:
    """One call for many, one undo."""
    for name in "abc":
        add(library, name)
    library.set_state("c", State.RUNNING)
    gone = library.delete(["a", "b", "c"])
    assert gone == ["a", "b"]
    assert {run.id for run in library.runs()} == {"c"}
    library.restore(gone)
    assert len(library.runs()) == 3


def test_branches_form_one_tree(library: Library) -> None:
    """From any node: root first, in order of time."""
    add(library, "root")
    add(library, "left", parent="root")
    add(library, "leaf", parent="left")
    add(library, "other")
    for name in ("root", "left", "leaf"):
        assert [run.id for run in library.tree(name)] == ["root", "left", "leaf"]


def test_a_changed_or_missing_file_is_named(library: Library) -> None:
    """Checksums tell."""
    add(library, "a")
    file = library.folder("a") / "note.txt"
    record = library.add_file("a", "note", file)
    assert (record.path, record.bytes, len(record.sha256)) == ("note.txt", 1, 64)
    assert library.verify("a") == []
    file.write_text("other")
    assert "changed" in library.verify("a")[0].sentence
    file.unlink()
    assert "cannot be read" in library.verify("a")[0].sentence


def test_a_list_of_runs_is_one_statement_along_an_index(library: Library) -> None:
    """The window asks while a job writes: it neither waits for the writer nor sorts or reads what it does not show."""
    asked = list[str]()
    library._store._reader.set_trace_callback(asked.append)
    with library._store.writing():  # a writer in the middle of its work holds no reader up
        for query in (Query(), Query("steps=19", limit=200), Query("run", limit=200)):
            library.runs(query)
    library._store._reader.set_trace_callback(None)
    assert len(asked) == 3
    for statement in asked:
        plan = [row["detail"] for row in library._store.read(f"EXPLAIN QUERY PLAN {statement}")]
        assert plan[0] == "SEARCH runs USING INDEX runs_by_time (trashed=?)"
        assert not [line for line in plan if line.startswith(("SCAN", "USE TEMP B-TREE"))]


def test_the_home_follows_its_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """WORKBENCH_HOME overrides the platform's place."""
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "mine"))
    assert users_home().root == tmp_path / "mine"
    assert users_home().cache == tmp_path / "mine" / "cache"
    monkeypatch.delenv("WORKBENCH_HOME")
    assert "diffusion-workbench" in str(users_home().root)
    assert users_home().cache == platformdirs.user_cache_path("diffusion-workbench", False)
    made = temporary_home()
    assert made.runs.is_dir()
    made.remove()
    assert not made.root.exists()
