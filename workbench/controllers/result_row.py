"""The strip under a pair: finished samples, their mean and disagreement, and what they are compared with."""

from __future__ import annotations

from collections.abc import Callable

from engines.shown import MEASURED
from widgets.drawing.pixmaps import Pyramid
from workbench.controllers.captions import Captions
from workbench.controllers.known_pictures import Known, KnownPictures
from workbench.desk import Desk
from workbench.pages.images_page import ImagesPage


class ResultRow:
    """Fills the strip, and says what is chosen in it. It has no signals.

    Args:
        desk, space: shared parts.
        captions: what samples are called.
        known: pictures beside them.
        wanted: whether the run on the stage is shown as a pair.
    """

    def __init__(self, desk: Desk, space: ImagesPage, captions: Captions, known: KnownPictures,
                 wanted: Callable[[], bool]) -> None:
        self._desk, self._space, self._captions, self._wanted = desk, space, captions, wanted
        self.known = known
        known.told.append(self.fill)

    def fill(self) -> None:
        """Show what there is of the run on the stage."""
        live = self._desk.stage.live
        samples = live.samples if live is not None and self._wanted() else None
        if live is None or samples is None:
            self._space.show_results(None, [])
            return
        captions, figures = self._captions.of(live), self.known.figures(live)
        if figures is not None and len(figures.samples) == len(captions):
            captions = [_under(name, told) for name, told in zip(captions, figures.samples, strict=True)]
            captions += [_under("mean", figures.mean), "disagreement"]
        beside = [(one.picture, _under(one.name, figures.measured if figures and one.name == MEASURED else ""))
                  for one in self.known.of(live)]
        self._space.show_results(samples, captions, beside)

    def chosen(self) -> tuple[Pyramid, str] | None:
        """The picture beside the samples that is chosen, and its title; None where a sample or a summary is."""
        one = self._chosen()
        return None if one is None else (one.picture, one.title)

    def told(self) -> str:
        """The figures of the finished result that is shown, "" where that is none or they are not known."""
        figures, results = self.known.figures(self._desk.stage.live), self._space.results
        if figures is None or not self._desk.stage.finished or self._chosen() is not None:
            return ""
        if results.current == results.mean_index >= 0:
            return figures.mean
        at = max(self._desk.stage.sample, 0)
        summary = results.current == results.disagreement_index >= 0
        return figures.samples[at] if at < len(figures.samples) and not summary else ""

    def _chosen(self) -> Known | None:
        results, known = self._space.results, self.known.of(self._desk.stage.live)
        place = results.current - results.beside_index if results.beside_index >= 0 else -1
        return known[place] if 0 <= place < len(known) else None


def _under(name: str, told: str) -> str:
    """A caption with its figures under it."""
    return f"{name}\n{told}" if told else name
