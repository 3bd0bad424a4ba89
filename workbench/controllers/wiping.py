"""Before and after: a result under a divider with the input, the truth or what was measured, or their difference."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from engines.shown import MEASURED, TRUTH
from widgets.drawing.pixmaps import Pyramid, from_qimage, to_planes
from widgets.pictures.difference_view import signed_difference, usual_limit
from workbench.controllers.known_pictures import KnownPictures
from workbench.controllers.placing import PlaceController
from workbench.desk import Desk
from workbench.pages.images_page import ImagesPage

INPUT = "input"


class Wiping:
    """Puts two pictures together. It has no signals.

    Args:
        desk, space: shared parts.
        known: pictures of the run that results are compared with.
        places: where a result belongs in the input.
    """

    def __init__(self, desk: Desk, space: ImagesPage, known: KnownPictures, places: PlaceController) -> None:
        self._desk, self._space, self._known, self._places = desk, space, known, places
        space.wipe_tools.changed.connect(self.draw)

    def draw(self) -> bool:
        """Show what is chosen to be compared with the result; False where there is no result."""
        space = self._space
        after, choices = space.result.pyramid, self._choices()
        space.wipe_tools.offer([(name, title) for name, title, _ in choices])
        chosen = next((one for one in choices if one[0] == space.wipe_tools.against.value()), None)
        if after is None or chosen is None:
            return False
        name, title, before = chosen
        words = ("before", "after") if name == INPUT else (title, space.result.caption())
        space.wipe.set_pair(before, after, words)
        space.show_wipe(differs=space.wipe_tools.differs)
        if space.wipe_tools.differs:
            found = difference(before.whole(), after.whole())
            space.difference.set_difference(found, usual_limit(found))
            space.difference.set_caption(f"Result − {title.lower()}")
        return True

    def _choices(self) -> Sequence[tuple[str, str, Pyramid]]:
        """What the result can be compared with: name, title and picture. The truth is the input as the model saw it."""
        live = self._desk.stage.live
        shape = live.opened.shape if live is not None and live.opened is not None else ()
        known = sorted((one for one in self._known.of(live) if one.name != MEASURED or alike(one.pixels.shape, shape)),
                       key=lambda one: one.name != TRUTH)
        found = [(one.name, one.title, one.picture) for one in known]
        before = self._places.before(live) if live is not None else None
        before = before or self._space.input.pyramid
        if before is not None and not any(name == TRUTH for name, _, _ in found):
            found.insert(0, (INPUT, "Input", before))
        return found


def alike(measured: tuple[int, ...], sample: tuple[int, ...]) -> bool:
    """Whether what was measured, (H, W, …), is a picture of what samples (C, H, W) are of, perhaps of fewer pixels.

    A sinogram is none; of a run that has not told the shape of its samples yet nothing is known.
    """
    if len(sample) < 2:
        return False
    (height, width), (high, wide) = measured[:2], sample[-2:]
    return high % height == 0 and high * width == wide * height


def difference(before: QImage, after: QImage) -> np.ndarray:
    """after − before (H, W), over the channels' mean, in units of [−1, 1]; where sizes differ, at that of `after`."""
    if before.size() != after.size():
        before = before.scaled(after.size(), Qt.AspectRatioMode.IgnoreAspectRatio,
                               Qt.TransformationMode.SmoothTransformation)
    first, second = (to_planes(from_qimage(image)) for image in (before, after))
    channels = max(len(first), len(second))
    return signed_difference(*(np.broadcast_to(x, (channels, *x.shape[1:])) for x in (first, second)))
