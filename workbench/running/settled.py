"""How far interrupted runs are: where a resume goes on, which may be before the last step that was counted.

Imports the engines, so only the engine thread (and tests) may import this module.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from engines.errors import WorkbenchError
from workbench.library.library import Library
from workbench.running.interrupted import trained
from workbench.running.run_files import resume_start


def settle(library: Library) -> None:
    """Let the library say of each interrupted run the step that it will be resumed from, as the run itself does."""
    if library.borrowed:  # it belongs to another window
        return
    for run in library.interrupted():
        # one that cannot be read or written is offered as it is: a resume says what is wrong with it
        with contextlib.suppress(WorkbenchError, OSError):
            step = kept_step(library.folder(run.id))
            if step is not None and step != run.done:
                library.set_progress(run.id, step, run.total, run.seconds)


def kept_step(folder: Path) -> int | None:
    """The step that a run goes on from, None where nothing of it was saved."""
    step = trained(folder)
    if step is None:
        start, _ = resume_start(folder)
        step = None if start is None else start.index
    return step
