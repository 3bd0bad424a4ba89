"""What a workspace puts into the Data list in place of folders of pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu

from widgets.lists.run_list import RunList
from widgets.lists.run_rows import RunRow

Picture = Callable[[str], QImage | None]


class DataSets(Protocol):
    """Data sets by a key, and what can be done with them.

    Attributes: changed, called when there are others.
    """

    changed: list[Callable[[], object]]

    def rows(self, picture: Picture, words: Callable[[str], str]) -> list[RunRow]:
        """The rows; `picture` and `words` tell of a file what it looks like and holds, once that is known."""
        ...

    def menu(self, keys: Sequence[str], rows: RunList) -> QMenu:
        """What can be done with chosen rows of the list."""
        ...

    def rename(self, key: str, title: str) -> None:
        """Give a set another name."""
        ...

    def remove(self, keys: Sequence[str]) -> None:
        """Take sets out of the list; undo brings them back."""
        ...
