"""What a degradation needs beside the picture: a painted hole, or a drawn kernel, as it is on what a model sees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from engines.component import Options, option
from engines.errors import BadMask
from engines.modalities.image import read_image, read_mask
from engines.model_file import ModelSpec
from engines.operators.base import degradations
from engines.tasks.pictures import Array, Picture, attached, mask_input

MASK, KERNEL = "mask", "kernel"
FILES = frozenset({MASK, KERNEL})


class DamageFiles(Options):
    """Files that travel with a run, as far as its degradation needs them."""

    mask: str = option("mask.png", title="Mask", widget="mask",
                       help="White where the picture is lost, for a painted hole.")
    kernel: str = option("kernel.png", title="Kernel", widget="kernel",
                         help="The brighter, the more light goes there, for a drawn blur.")


def needed(degradation: object) -> frozenset[str]:
    """The kinds of files that a degradation needs, as a form has it: {"name": …} with parts that are such again."""
    if not isinstance(degradation, Mapping):
        return frozenset()
    values = cast("Mapping[str, object]", degradation)
    kind = degradations().get(str(values.get("name", "")))
    if kind is None:
        return frozenset()
    parts = [values[name] for name in kind.model_fields if isinstance(values.get(name), Mapping)]
    # a composition needs what its parts do, and its class tells only of those that it begins with
    return frozenset(kind.files if not parts else ()).union(*(needed(part) for part in parts))


def read_files(kinds: tuple[str, ...], names: DamageFiles, files: Mapping[str, bytes], picture: Picture,
               spec: ModelSpec) -> dict[str, Tensor]:
    """The files of these kinds as `Degradation.operator` takes them.

    Args:
        kinds: "mask" and "kernel", or one of them, or none.
        names: what the options call them; files: by those names.
        picture: with the square that is chosen; spec: of the model that sees it.

    Raises:
        BadImage, BadMask: one is missing, is no picture or, as a mask, of another size or empty.
    """
    found = dict[str, Tensor]()
    if MASK in kinds:
        height, width = picture.pixels.shape[:2]
        paint = read_mask(attached(files, names.mask, "The mask"), (width, height), names.mask)
        found[MASK] = torch.tensor(seen_paint(paint, picture, spec, whole=spec.network.anywhere
                                              and not getattr(names, "crop_side", 0)))
    if KERNEL in kinds:
        pixels = read_image(attached(files, names.kernel, "The kernel"), 1, names.kernel)
        found[KERNEL] = torch.tensor(pixels[:, :, 0].astype(np.float64) / 255)
    return found


def seen_paint(paint: Array, picture: Picture, spec: ModelSpec, *, whole: bool) -> np.ndarray[Any, np.dtype[Any]]:
    """The part of a mask (H, W) in [0, 1] that a model sees, at the size at which it sees the picture.

    whole: it sees all of the picture as it is. Raises BadMask where no paint is in the square that it sees.
    """
    if whole:
        return paint
    part = mask_input(paint, picture.crop, picture.crop.side if spec.network.anywhere else spec.size)
    if not part.any():
        side = picture.crop.side
        raise BadMask(f"All of the paint lies outside of the square of {side}×{side} px that the model sees; paint "
                      "inside of it, or move the crop.")
    return part
