"""What the run of a panel gave, as far as facts are measured on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from workbench import bridge

if TYPE_CHECKING:
    from engines.chart import Chart, Series
    from engines.data.points.base import PointSet
    from engines.events import Event, Opened

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(slots=True)
class Ran:
    """What the run of a panel gave.

    options: validated ones of its task; x, x0: states and estimates (N, d) of every step; charts by title;
    figures: what it measured.
    """

    options: Any
    opened: Opened | None = None
    x: list[Array] = field(default_factory=list[Array])
    x0: list[Array] = field(default_factory=list[Array])
    nfe: int = 0
    charts: dict[str, Chart] = field(default_factory=dict[str, "Chart"])
    figures: dict[str, float] = field(default_factory=dict[str, float])

    @classmethod
    def of(cls, options: Any, events: Iterable[Event]) -> Self:
        """Take in all that a task tells."""
        from engines.events import Charted, Measured, Opened, Stepped

        ran = cls(options)
        for event in events:
            if isinstance(event, Opened):
                ran.opened = event
            elif isinstance(event, Stepped):
                ran.x.append(bridge.array(event.step.x))
                ran.x0.append(bridge.array(event.step.x0))
                ran.nfe = event.step.nfe
            elif isinstance(event, Charted):
                ran.charts[event.chart.title] = event.chart
            elif isinstance(event, Measured):
                ran.figures |= event.values
        return ran

    @property
    def data(self) -> PointSet:
        """What is true."""
        return self.options.data

    @property
    def end(self) -> Array:
        """The samples (N, d)."""
        return self.x[-1]

    def step(self, share: float) -> int:
        """The step at a share of the run, as the time line has it."""
        return round(share * (len(self.x) - 1))

    def moment(self, share: float, count: int) -> tuple[Array, Array, float, float]:
        """The first states and estimates (count, d) at a share of the run, with alpha and sigma there.

        Raises ValueError for a run without steps.
        """
        if self.opened is None:
            raise ValueError("This run has no steps.")
        step = self.step(share)
        x, x0 = (np.asarray(part[step][:count], np.float64) for part in (self.x, self.x0))
        return x, x0, float(self.opened.alpha[step]), float(self.opened.sigma[step])

    def chart(self, title: str) -> Chart:
        """A chart by the beginning of its title; raises LookupError where there is none."""
        for name, one in self.charts.items():
            if name.startswith(title):
                return one
        raise LookupError(f"No chart “{title}…” among {', '.join(self.charts)}.")

    def series(self, name: str, chart: str = "") -> Series:
        """A series by the beginning of its name, of the first chart or one by the beginning of its title.

        Raises LookupError where there is none.
        """
        known = self.chart(chart).series
        for one in known:
            if one.name.startswith(name):
                return one
        raise LookupError(f"No series “{name}…” among {', '.join(one.name for one in known)}.")
