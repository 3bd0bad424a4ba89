"""Kinds of guidance by their scale: what each is called, how it bends a prior, and what was found as charts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from engines.chart import Axis, Chart, Series
from engines.guidance.choice import Guide
from engines.guidance.classifier import NoisyClassifier

PLAIN = 1.0  # the scale at which a model that is told the class is sampled as it is
FREE, PAPER = "CFG by γ", "CFG by w = γ − 1"
PULLED = "Classifier guidance"
REMARK = ("γ is 1 for the plain model that is told the class, and 0 for none; w, by which the paper counts, is 0 "
          "for the plain model.")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of guidance: its name, the guide of a scale, and whether the model is told the class at all.

    limited: it does nothing at the scale of the plain model, where it is that of `FREE`.
    """

    name: str
    guide: Callable[[float], Guide]
    told: bool = True
    limited: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What samples of classes are like: figures by name."""

    figures: dict[str, float]


@dataclass(slots=True)
class Found:
    """What was seen of each kind by scale, in the order in which it was measured."""

    rows: dict[str, list[tuple[float, Seen]]] = field(default_factory=dict[str, list[tuple[float, Seen]]])

    def add(self, kind: str, scale: float, seen: Seen) -> None:
        """Another scale of a kind."""
        self.rows.setdefault(kind, []).append((scale, seen))

    def at(self, kind: str, scale: float) -> Seen | None:
        """What was seen of a kind at a scale, None where it was not measured."""
        return next((seen for one, seen in self.rows.get(kind, []) if one == scale), None)

    def series(self, figure: str) -> Iterator[Series]:
        """One figure of every kind over its scale; that of `FREE` in the paper's way of counting as well."""
        for name, rows in self.rows.items():
            yield _series(name, rows, figure)
            # the same samples: only the number that they are asked for by is another
            counted = [(scale - PLAIN, seen) for scale, seen in rows if scale >= PLAIN]
            if name == FREE and counted:
                yield _series(PAPER, counted, figure)

    def chart(self, title: str, figure: str, axis: Axis, remark: str, *beside: Series) -> Chart:
        """A chart of one figure, with what it is held against."""
        return Chart(title, Axis("Scale of guidance"), axis, (*self.series(figure), *beside), remark)

    @property
    def scales(self) -> list[float]:
        """Every scale that something is drawn at."""
        drawn = {x for name in self.rows for x, _ in self.rows[name]}
        return sorted(drawn | {x - PLAIN for x, _ in self.rows.get(FREE, []) if x >= PLAIN})


def _series(name: str, rows: list[tuple[float, Seen]], figure: str) -> Series:
    known = sorted((scale, seen.figures[figure]) for scale, seen in rows if figure in seen.figures)
    return Series.of(name, [scale for scale, _ in known], [value for _, value in known])


def kinds(classifier: NoisyClassifier | None, low: float, high: float, rescale: float = 0.0) -> tuple[Kind, ...]:
    """Every kind there is: classifier-free, within an interval of times, rescaled, and by a classifier.

    Args:
        classifier: pulls a model that is not told the class; None leaves that kind out.
        low, high: times of the interval; 0 and 1 leave that kind out.
        rescale: phi of the rescaled kind; 0 leaves it out.
    """
    within = Kind(f"CFG for {low:g} < t ≤ {high:g}", lambda scale: Guide(scale, low, high), limited=True)
    scaled = Kind(f"CFG rescaled by {rescale:g}", lambda scale: Guide(scale, rescale=rescale), limited=True)
    pulled = Kind(PULLED, lambda scale: Guide(classifier=classifier, strength=scale), told=False)
    return (Kind(FREE, Guide), *([within] if (low, high) != (0, 1) else []), *([scaled] if rescale else []),
            *([pulled] if classifier is not None else []))
