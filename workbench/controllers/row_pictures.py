"""The pictures at the left of the library's rows."""

from __future__ import annotations

from PySide6.QtGui import QImage

from workbench.library.library import Library


class RowPictures:
    """Thumbnails of runs, each decoded once for each time the engine made a new one. It has no signals.

    Args:
        library: which holds them.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[str, tuple[int, QImage | None]] = {}  # by run: the stamp it was decoded at

    def of(self, run: str) -> QImage | None:
        """The picture of a run, None where there is none yet."""
        stamp = self._library.pictures_of(run)
        known = self._known.get(run)
        if known is None or known[0] != stamp:
            data = self._library.thumbnail(run)
            known = self._known[run] = stamp, QImage.fromData(data) if data else None
        return known[1]
