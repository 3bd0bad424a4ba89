"""What the results of a run are compared with: the picture that was measured and the truth, and how near they are."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engines.errors import WorkbenchError
from engines.shown import MEASURED, TRUTH
from widgets.drawing.pixmaps import Pyramid
from workbench.background import Background
from workbench.running.mailbox import LiveRun

SHOWN = "shown"  # the kind of their files


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A picture beside the results: its name ("measured", "truth"), pixels (H, W, 1 or 3) uint8, and as it is drawn."""

    name: str
    pixels: np.ndarray
    picture: Pyramid

    @property
    def title(self) -> str:
        """Its name as a caption begins."""
        return self.name.capitalize()


@dataclass(frozen=True, slots=True)
class Figures:
    """How near things are to the truth, each as words: “24.3 dB · 0.95”, "" for what cannot be compared."""

    samples: tuple[str, ...]
    mean: str
    measured: str


class KnownPictures:
    """Reads them once for each run. It has no signals.

    Args:
        background: compares them, which takes a while for photographs.

    Attributes:
        told: called when figures are there that were not before.
        next: what would be measured by the form as it stands, None where that is what was.
        foreseen: called when that is another one.
    """

    def __init__(self, background: Background) -> None:
        self._background = background
        self._run, self._read = "", dict[Path, Known]()
        self._asked: object = None  # the samples that are compared, or were
        self._figures: Figures | None = None
        self.told = list[Callable[[], object]]()
        self.next: Pyramid | None = None
        self.foreseen = list[Callable[[], object]]()

    def foresee(self, picture: Pyramid | None) -> None:
        """Take what would be measured by the form as it stands, or nothing."""
        if picture is not self.next:
            self.next = picture
            for tell in self.foreseen:
                tell()

    def of(self, live: LiveRun | None) -> tuple[Known, ...]:
        """Those of a run as far as it has them, in the order in which it showed them."""
        if live is None:
            return ()
        if live.run != self._run:
            self._run, self._read, self._asked, self._figures = live.run, {}, None, None
        wanted = [path for kind, path in live.files if kind == SHOWN and path.stem in (MEASURED, TRUTH)]
        for path in wanted:
            if path not in self._read:
                with suppress(WorkbenchError, OSError):  # a file that is gone is told of elsewhere
                    self._read[path] = known(path)
        return tuple(self._read[path] for path in wanted if path in self._read)

    def named(self, live: LiveRun | None, name: str) -> Known | None:
        """One of them by its name, None where the run has none."""
        return next((one for one in self.of(live) if one.name == name), None)

    def figures(self, live: LiveRun | None) -> Figures | None:
        """How near finished samples are to the truth, None as long as that is not known; `told` is called then."""
        truth, samples = self.named(live, TRUTH), live.samples if live is not None else None
        if live is None or truth is None or samples is None:
            return None
        if samples is not self._asked:
            self._asked, self._figures, measured = samples, None, self.named(live, MEASURED)
            self._background.do(lambda: compared(samples, truth, measured),
                                lambda found: self._take(samples, found), lambda _why: None)
        return self._figures

    def _take(self, samples: np.ndarray, found: Figures) -> None:
        if samples is self._asked:
            self._figures = found
            for tell in self.told:
                tell()


def known(path: Path) -> Known:
    """A picture of a file; one without colours has a single channel. Raises BadImage."""
    from engines.modalities.image import read_image

    pixels = read_image(path, 3, path.name)
    grey = bool((pixels == pixels[:, :, :1]).all())
    return Known(path.stem, pixels[:, :, :1].copy() if grey else pixels, Pyramid.ready(pixels))


def compared(samples: np.ndarray, truth: Known, measured: Known | None) -> Figures:
    """The figures of samples (B, C, H, W) in [−1, 1], of their mean and of what was measured."""
    from engines.metrics.likeness import Likeness, likenesses
    from engines.modalities.image import to_float

    def told(of: np.ndarray) -> tuple[str, ...]:
        whole = np.repeat(truth.pixels, 3, axis=2) if of.shape[1] == 3 > truth.pixels.shape[2] else truth.pixels
        return tuple(words(one) for one in likenesses(of, whole))

    def words(one: Likeness) -> str:
        ratio = "∞ dB" if np.isinf(one.psnr) else f"{one.psnr:.1f} dB"
        return ratio if np.isnan(one.ssim) else f"{ratio} · {one.ssim:.2f}"

    seen = told(to_float(measured.pixels)[None]) if measured is not None else ()
    return Figures(told(samples), next(iter(told(samples.mean(0, keepdims=True))), ""), next(iter(seen), ""))
