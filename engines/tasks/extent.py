"""How large a picture may be that is worked on at its own size: known from its header, before it is decoded."""

from __future__ import annotations

from collections.abc import Mapping
from math import isqrt

from engines.counted import counted
from engines.errors import BadInput
from engines.modalities.image import extent_of
from engines.model_file import ModelSpec
from engines.model_names import spoken
from engines.tasks.pictures import Array, Picture, PictureOptions, attached

# of all answers together: the network sees them in tiles, but states and moves are whole, with about a hundred bytes
# for each pixel
MOST = 16_000_000


def check_extent(width: int, height: int, count: int, what: str = "picture", remedy: str = "choose a crop") -> None:
    """Raise BadInput for a picture, or a crop of one, of which so many answers are too large; it names what is not.

    remedy: how the user gets a crop where there is one of a size.
    """
    if width * height * count <= MOST:
        return
    side, fewer = isqrt(MOST // count), MOST // (width * height)
    other = f", or {counted(fewer, 'answer')}" if fewer else ""
    raise BadInput(f"The {what} has {width:,} × {height:,} px, and {counted(count, 'answer')} of it "
                   f"{'is' if count == 1 else 'are'} more than the {MOST:,} px that are worked on at once; {remedy} "
                   f"of at most {side:,} px{other}.")


def check_header(files: Mapping[str, bytes], options: PictureOptions, spec: ModelSpec, count: int) -> None:
    """The same of a picture that is still a file, where the model takes it at its own size; raises BadImage too."""
    if not spec.network.anywhere:
        return
    data, side = attached(files, options.image, "The picture"), options.crop_side
    if side:
        check_extent(side, side, count, "crop")
    else:
        check_extent(*extent_of(data, options.image), count)


def seen_side(spec: ModelSpec, side: int) -> int:
    """As how many pixels along its side a model sees a square: all of them where its network takes any size."""
    return side if spec.network.anywhere else spec.size


def seen_by(spec: ModelSpec, picture: Picture, side: int, count: int) -> Array:
    """What a model sees of a picture: (C, H, W) float32 in [−1, 1].

    The whole of it, or the chosen crop, as it is for a network that takes any size, else the square at its size.

    Args:
        side: of the crop that was chosen, 0 for none; count: answers that are wanted of it at once.

    Raises:
        BadInput: it is too large.
    """
    if not spec.network.anywhere:
        return picture.model_input(spec.channels, spec.size)
    height, width = picture.pixels.shape[:2]
    check_extent(side or width, side or height, count, "crop" if side else "picture")
    return picture.model_input(spec.channels, side) if side else picture.whole(spec.channels)


def reduced(model: str, spec: ModelSpec, picture: Picture) -> str:
    """What a model leaves out of a picture, and which one would not, in one sentence; "" where it takes it as it is.

    model: its name.
    """
    side, anywhere = picture.crop.side, spec.network.anywhere
    smaller, grey = not anywhere and side != spec.size, spec.channels < picture.pixels.shape[2]
    if not smaller and not grey:
        return ""
    size = f" a square of {side:,} × {side:,} px as {spec.size} × {spec.size}" if smaller else " the picture"
    wanted = f"{'colour ' if grey else ''}pictures{' of any size' if smaller else ''}"
    seen = f"{size}{' in grey' if grey else ''}"
    return f"Model {spoken(model)} sees{seen}; choose a model of {wanted} to restore it as it is."
