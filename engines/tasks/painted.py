"""A picture on which colours were painted before a run: both travel with it, so that either can be changed later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engines.component import option
from engines.modalities.colours import laid_over, read_colours
from engines.tasks.pictures import Picture, PictureOptions, attached, open_picture

NAME = "paint.png"  # what it is called where the window or a recipe has it; without one nothing is painted


class PaintedOptions(PictureOptions):
    """A picture, and what was painted on it."""

    paint: str = option(NAME, title="Paint", widget="paint",
                        help="A picture of the same size, transparent where nothing was painted, that is laid over the "
                             "one to start from.")


def open_painted(files: Mapping[str, bytes], options: PaintedOptions) -> Picture:
    """The attached picture with the paint over it, if there is some.

    Raises:
        BadImage: one of them is missing though it is named, is no picture, or the paint has another size.
    """
    picture = open_picture(files, options)
    if options.paint == NAME and NAME not in files:
        return picture
    height, width = picture.pixels.shape[:2]
    colours = read_colours(attached(files, options.paint, "The paint"), (width, height), options.paint)
    return replace(picture, pixels=laid_over(picture.pixels, colours))
