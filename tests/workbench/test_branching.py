"""What a branch takes over from the form, and what is said of what it cannot take."""

from __future__ import annotations

from pathlib import Path

from workbench.controllers.branching import changes, others, unused
from workbench.home import Home
from workbench.library.library import Library
from workbench.library.records import NewRun, State

BEFORE = {"sampler": {"name": "ddim", "eta": 0.0}, "seed": 7, "seeds": [], "steps": 50, "count": 2, "model": "digits"}


def test_a_branch_takes_over_what_does_not_shape_its_steps() -> None:
    form = {**BEFORE, "sampler": {"name": "ddpm"}, "seed": 8, "steps": 20, "model": "mine", "label": "3"}
    assert changes(form, BEFORE, 2) == {"sampler": {"name": "ddpm"}, "seed": 8}, "its run knew no classes"
    assert changes(BEFORE, BEFORE, 2) == changes({}, BEFORE, 2) == {}
    assert changes({**BEFORE, "seeds": [1, 2, 3]}, BEFORE, 2) == {}, "a seed for each of its samples, or none"
    assert changes({**BEFORE, "seeds": [1, 2]}, BEFORE, 2) == {"seeds": [1, 2]}


def test_what_a_branch_cannot_take_over_is_said() -> None:
    assert unused(BEFORE, BEFORE, "all 2 samples") == unused({}, BEFORE, "all 2 samples") == ""
    assert unused({**BEFORE, "steps": 20}, BEFORE, "all 2 samples") == (
        "A branch goes on with all 2 samples over the steps of its run; Steps 20 of the form is for new runs.")
    assert unused({**BEFORE, "steps": 20, "count": 5}, BEFORE, "its one sample").endswith(
        "Count 5 and Steps 20 of the form are for new runs.")


def test_runs_of_the_tree_are_offered_first_and_none_that_is_shown(tmp_path: Path) -> None:
    library = Library.open(Home(tmp_path))
    for name, parent in (("root", None), ("old", None), ("branch", "root"), ("waits", None), ("shown", "root")):
        library.add(NewRun(name, name, "generate", "{}", {}, parent, None if parent is None else 1))
        if name != "waits":
            library.set_progress(name, 3, 3, 1.0)
            library.set_state(name, State.DONE)
    found = [run.id for run in others(library, "root", {"root", "shown"}, frozenset({"generate"}))]
    assert found == ["branch", "old"]
    library.close()
