"""What becomes of a training on very few images, said before it starts."""

from __future__ import annotations

from engines.counted import counted


def too_few(images: int, batch: int) -> str:
    """One sentence on what will happen, "" where there are enough images to fill a batch.

    Args:
        images: to learn from, those held back for validation not counted.
        batch: images in each update.
    """
    if images == 1:
        return ("There is only 1 image to learn from: every step repeats it, and the model will draw nothing else; "
                "add images for variety.")
    if images < batch:
        return (f"There are only {counted(images, 'image')} for a batch of {batch:,}: every step repeats some of them, "
                "each time with other noise, and the model will copy them rather than make new ones; add images for "
                "variety.")
    return ""
