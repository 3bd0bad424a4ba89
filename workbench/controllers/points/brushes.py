"""The brushes of the canvas of points, of which one at a time is in the hand."""

from __future__ import annotations

from collections.abc import Callable

from workbench.controllers.points.data import PointsDataController
from workbench.controllers.points.draw import PointsDrawController
from workbench.controllers.points.paint import PointsPaintController
from workbench.desk import Desk
from workbench.pages.points_views.field import FieldPage
from workbench.session import finite


class PointsBrushes:
    """Has the brush that sprays points and the one that paints a density. It has no signals.

    Args:
        desk, page, data, leave: as the controllers of the brushes take them.
        turn: shows the canvas with a form that asks for data.
    """

    def __init__(self, desk: Desk, page: FieldPage, data: PointsDataController, leave: Callable[[], object],
                 turn: Callable[[], object]) -> None:
        self._page = page
        self.draw = PointsDrawController(desk, page, data, leave)
        self.paint = PointsPaintController(desk, page, data, leave)
        self.draw.before, self.paint.before = lambda: (self.paint.end(), turn()), lambda: (self.draw.end(), turn())

    @property
    def held(self) -> bool:
        """Whether one is in the hand."""
        return self.draw.held or self.paint.held

    def put_away(self) -> bool:
        """Put away the one that is in the hand; False where there was none."""
        return self.draw.end() or self.paint.end()

    # what the next start finds again

    @property
    def kept(self) -> dict[str, float]:
        """Radius of both brushes in pixels, and the strength of the one that paints, a share."""
        return {"draw": self.draw.radius, "paint": self.paint.radius, "strength": self.paint.strength}

    def bring_back(self, kept: object) -> None:
        """Have the brushes of last time; damaged ones stay as they are."""
        match kept:
            case {"draw": int() | float() as drawn, "paint": int() | float() as painted,
                  "strength": int() | float() as strength} if finite(drawn, painted, strength):
                self.draw.resize(drawn)
                self.paint.resize(painted)
                self.paint.strengthen(strength)
            case _:
                pass

    def watch(self, changed: Callable[[], object]) -> None:
        """Call `changed` whenever a brush gets another size or strength."""
        page = self._page
        for signal in (page.spray.sized, page.paint.sized, page.paint.strength_chosen,
                       page.plane.fields[0].brush_sized):
            signal.connect(changed)
