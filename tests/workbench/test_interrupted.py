"""The sentence on what the end of the program interrupted."""

from __future__ import annotations

from workbench.controllers.interrupted import told
from workbench.library.library import Library
from workbench.library.records import NewRun, State


def test_one_run_is_named_and_several_are_counted(library: Library) -> None:
    """With the step it had reached, which is what the user asks first."""
    for name in ("first", "second"):
        library.add(NewRun(name, f"my-{name}", "train", "{}", {}))
        library.set_state(name, State.INTERRUPTED)
    library.set_progress("first", 137, 4000, 12.0)
    one, none = library.run("first"), library.run("second")
    assert told([one]) == ("“my-first” was interrupted at step 137 of 4,000 when the program ended; "
                           "what was done is kept.")
    assert told([none]) == "“my-second” was interrupted before its first step when the program ended."
    assert told([one, none]) == "2 runs were interrupted when the program ended; what was done is kept."
