"""The bundled data set: 10,000 handwritten digits of MNIST, 28×28, grey."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engines.data.imageset import ImageSet

FILE = Path(__file__).resolve().parents[2] / "resources" / "data" / "digits.npz"
TRAIN, VALIDATION = 8500, 500


def digits() -> ImageSet:
    """All digits; they are stored shuffled, so the parts are the first 8,500, the next 500 and the last 1,000."""
    with np.load(FILE, allow_pickle=False) as stored:
        images, labels = stored["images"], stored["labels"].astype(np.int64)
    index = np.arange(len(images))
    return ImageSet(
        title="Digits", images=images[:, None], labels=labels, classes=tuple(str(d) for d in range(10)),
        train=index[:TRAIN], validation=index[TRAIN:TRAIN + VALIDATION], test=index[TRAIN + VALIDATION:],
        licence="CC BY-SA 3.0", source="MNIST (Y. LeCun, C. Cortes, C. J. C. Burges), 10,000 digits")
