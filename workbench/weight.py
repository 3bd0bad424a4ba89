"""Whether a run carries a photograph, which is read beside the window."""

from __future__ import annotations

from workbench.background import LARGE
from workbench.desk import Desk


def heavy(desk: Desk, run: str) -> bool:
    """Whether to read the recipe of a run takes longer than a frame lasts.

    How large its files are tells what is at hand: a recipe with a photograph in it takes the library a while to find.
    """
    return len(desk.queue.recipe(run)) > LARGE or any(file.bytes > LARGE for file in desk.library.files(run))
