"""What becomes of a training on very few images, said before it starts."""

from __future__ import annotations

from engines.counted import counted


def too_few(images: int, batch: int, noun: str = "image", held: int = 0) -> str:
    """One sentence on what will happen, "" where there are enough images to fill a batch.

    Args:
        images: to learn from, those held back for validation not counted.
        batch: images in each update.
        noun: one of them, in a sentence.
        held: how many more there are, held back for validation.
    """
    if images == 1:
        return (f"There is only 1 {noun} to learn from: every step repeats it, and the model will draw nothing else; "
                f"add {noun}s for variety.")
    if images < batch:
        more = f" ({held:,} more are held out to validate on)" if held else ""
        return (f"There are only {counted(images, noun)}{more} for a batch of {batch:,}: every step repeats some "
                f"of them, with other noise each time, and the model will copy them rather than make new ones; add "
                f"{noun}s for variety.")
    return ""
