"""Formulas typeset in the colours of a theme, how large they are in a width, and where their terms stand in them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtSvg import QSvgRenderer

from widgets.drawing.theme import Theme
from widgets.formulas.formula import svg
from widgets.formulas.places import term_places

SMALLEST = 0.62  # of its size: smaller indices could not be read, so a formula wider than that is cut


class Typeset:
    r"""Formulas one under the other.

    Args:
        formulas: LaTeX with \term{name}{…}.
        terms: names of those that are looked for.

    Attributes: drawings, one a formula.
    """

    def __init__(self, formulas: Sequence[str], terms: Sequence[str], theme: Theme) -> None:
        # without a parent: the view would keep every drawing it ever showed
        self.drawings = [QSvgRenderer(QByteArray(svg(f, theme))) for f in formulas]
        self._colours = {name: theme.term(name) for name in terms}
        self._places: list[dict[str, list[tuple[float, float]]]] | None = None  # once asked for

    def sizes(self, width: int) -> list[QSize]:
        """Sizes of the formulas, scaled down where one is wider than that."""
        found = list[QSize]()
        for drawing in self.drawings:
            size = drawing.defaultSize()
            share = min(1.0, max(SMALLEST, (width - 2) / max(1, size.width())))
            found.append(QSize(round(size.width() * share), round(size.height() * share)))
        return found

    def places(self, k: int, width: int) -> dict[str, list[tuple[float, float]]]:
        """From where to where the terms stand in formula k, in px of a view so wide."""
        if self._places is None:  # a few ms, for whoever looks
            self._places = [term_places(drawing, self._colours) for drawing in self.drawings]
        share = self.sizes(width)[k].width() / max(1, self.drawings[k].defaultSize().width())
        return {name: [(left * share, right * share) for left, right in runs]
                for name, runs in self._places[k].items()}
