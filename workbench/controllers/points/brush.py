"""What the brushes of the canvas of points have in common: one is taken into the hand, and put away again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

from workbench.controllers.points.data import PointsDataController
from workbench.desk import Desk
from workbench.pages.points_views.field import FieldPage


class PointsBrush(ABC):
    """A brush whose strokes become the data. It has no signals.

    Args:
        desk: shared parts.
        page: the canvas.
        data: takes what a stroke leaves, under the title of the brush.
        leave: shows again what was before.

    Attributes: held, whether it is in the hand; before, called when it is taken.
    """

    TITLE: ClassVar[str]

    def __init__(self, desk: Desk, page: FieldPage, data: PointsDataController, leave: Callable[[], object]) -> None:
        self._desk, self._page, self._data, self._leave = desk, page, data, leave
        self.held = False
        self.before: Callable[[], object] = lambda: None
        data.changed.append(self._changed)

    def toggle(self) -> None:
        """Take the brush, or put it away."""
        if self.held:
            self.end()
        else:
            self.begin()

    @abstractmethod
    def begin(self) -> None:
        """Take the brush, and show what it goes on from."""

    def end(self) -> bool:
        """Put the brush away; False where it was not in the hand."""
        if not self.held:
            return False
        self._put_away()
        self._mark()
        own = self._data.title == self.TITLE
        if own:
            self._data.came()
        self._desk.say(self._told() if own else "The brush is put away")
        self._leave()
        return True

    def _take(self) -> None:
        """It is in the hand now, and any run is off the canvas."""
        self.before()
        if self._desk.stage.live is not None:
            self._desk.stage.show(None)
        self.held = True
        self._mark()

    @abstractmethod
    def _put_away(self) -> None:
        """It is no longer in the hand, and what it showed is off the canvas."""

    @abstractmethod
    def _mark(self) -> None:
        """Its actions look as it is."""

    @abstractmethod
    def _take_up(self) -> None:
        """Go on from the data as they are now."""

    @abstractmethod
    def _told(self) -> str:
        """What is said when its data are those of the form from now on."""

    def _changed(self) -> None:
        """The data are others: by a stroke, by undo, or from elsewhere."""
        if self.held:
            self._take_up()
