"""Fields of a model that mean nothing, as it has learned no mean of the data: they are not drawn, and said why."""

from __future__ import annotations

from workbench.fields.known import FLOW, SCORE
from workbench.fields.store import FieldStore, Subject
from workbench.pages.points_views.field import FieldPage

ASKED = (SCORE, FLOW)


class UnmeantFields:
    """Offers the layers of score and flow where any panel has something to show in them. It has no signals.

    Attributes: told: one sentence where a layer is chosen that a panel cannot show, else "".

    Args:
        page: the canvas.
        fields: knows the models of runs.
    """

    def __init__(self, page: FieldPage, fields: FieldStore) -> None:
        self._page, self._fields = page, fields
        self._found = list[dict[str, str]]()
        self.told = ""

    def begin(self) -> None:
        """The panels are about to be drawn."""
        self._found = []

    def of(self, subject: Subject | None) -> dict[str, str]:
        """The layers that a panel has nothing to show in, by name, and why."""
        known = None if subject is None else self._fields.truth(subject)
        found = {} if known is None else known.unmeant
        self._found.append(found)
        return found

    def end(self) -> None:
        """The panels are drawn: a button goes where it would show nothing, and what is missing is said."""
        told = list[str]()
        for name in ASKED:
            reasons = [found.get(name, "") for found in self._found]
            if reasons:  # over time there are none of these layers
                self._page.tools.offer(name, "" if "" in reasons else reasons[0])
            told += [why for why in reasons if why and self._page.shows(name)]
        self.told = next(iter(told), "")
