"""What the library takes of the disk, which runs changed, and the trash in parts."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from engines.errors import DiskFull
from tests.workbench.test_library import add
from workbench.home import Home
from workbench.library.library import Library
from workbench.library.records import Query
from workbench.library.usage import folder_size, usage


def test_usage_tells_runs_and_trash_apart(library: Library) -> None:
    """Every file counts, those in folders of folders too; a run that moves takes its bytes along."""
    for name in ("a", "b"):
        add(library, name)
        (library.folder(name) / "inner").mkdir()
        (library.folder(name) / "inner" / "large").write_bytes(b"x" * 100_000)
    assert folder_size(library.folder("a")) == 100_001
    before = usage(library)
    assert before.runs >= 200_002
    assert before.trashed == 0
    library.delete(["a"])
    after = usage(library)
    assert after.trash == {"a": 100_001}
    assert before.runs - after.runs > 50_000
    assert folder_size(library.home.root / "nowhere") == 0


def test_only_changed_runs_are_told(library: Library) -> None:
    """A view reads those anew and no others."""
    add(library, "a")
    add(library, "b")
    seen = library.version
    assert library.changed(seen) == set()
    library.star("a")
    library.set_progress("a", 1, 2, 0.1)
    assert library.changed(seen) == {"a"}
    seen = library.version
    library.delete(["b"])
    assert library.changed(seen) == {"b"}
    assert library.ids() == ["a"]
    assert library.ids(Query(trashed=True)) == ["b"]


def test_a_part_of_the_trash_is_deleted_for_good(library: Library) -> None:
    """The rest stays, the latest deletion first; a run that is not in the trash is never touched."""
    for name in ("a", "b", "c", "d"):
        add(library, name)
    for name in ("b", "a", "c"):
        library.delete([name])
    assert [run.id for run in library.trash()] == ["c", "a", "b"]
    assert library.empty_trash(["a", "d"]) == 1
    assert [run.id for run in library.trash()] == ["c", "b"]
    assert not library.folder("a").exists()
    assert (library.folder("d") / "note.txt").exists()


def test_emptying_the_trash_makes_room_on_a_full_disk(small_disk: Path) -> None:
    """Though the database could not write a byte before."""
    library = Library.open(Home(small_disk))
    add(library, "a")
    (library.folder("a") / "large").write_bytes(b"x" * 300_000)
    library.delete(["a"])
    with contextlib.suppress(OSError), (small_disk / "rest").open("wb", buffering=0) as rest:
        while True:
            rest.write(b"x" * 4096)
    with pytest.raises(DiskFull, match="free some space"):
        library.rename("a", "y" * 2_000_000)
    assert library.empty_trash() == 1
    assert not library.has("a")
    library.close()
