"""Which models a picture suits: those that see it as it is, and those that are for just such pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engines.model_file import ModelFile, ModelSpec
from engines.model_names import spoken
from engines.tasks.pictures import PictureTask


def as_it_is(task: PictureTask, options: Any, spec: ModelSpec, extent: tuple[int, int], channels: int) -> bool:
    """Whether a task sees all of a picture's pixels and colours by a model.

    Args:
        options: valid ones of the task; extent: (width, height) in px; channels: 1 or 3, of the picture.
    """
    sight = task.sight(options, spec, channels)
    whole = sight is None or sight.anywhere or extent == (spec.size, spec.size)
    return whole and spec.channels >= channels


def meant_for(spec: ModelSpec, extent: tuple[int, int], channels: int) -> bool:
    """Whether a model is for pictures of this very size and as many channels, and of no other size."""
    return not spec.network.anywhere and extent == (spec.size, spec.size) and spec.channels == channels


def better(task: PictureTask, options: Any, asked: ModelSpec, known: Sequence[ModelFile], extent: tuple[int, int],
           channels: int) -> list[ModelFile]:
    """Models to take for a picture instead of the one that is chosen, in their order; none where that one suits it.

    Where it is shrunk or seen in grey, those that see it as it is; where a model of pictures of any size is chosen,
    those that are for just such pictures.
    """
    if not as_it_is(task, options, asked, extent, channels):
        return [model for model in known if as_it_is(task, options, model.spec, extent, channels)]
    if not asked.network.anywhere:
        return []
    return [model for model in known if meant_for(model.spec, extent, channels)]


def advice(asked: str, spec: ModelSpec, other: ModelFile, extent: tuple[int, int], channels: int) -> str:
    """Why to take another model than the one that is asked for, in one sentence.

    Args:
        asked: its name; spec: what it is; other: one of `better`; extent, channels: of the picture.
    """
    if meant_for(other.spec, extent, channels) and spec.network.anywhere:
        size, ink = f"{other.spec.size} × {other.spec.size}", "grey" if channels == 1 else "colour"
        return (f"{spoken(other.choice)} is for pictures of just this kind, {size} px in {ink}; {spoken(asked)} is for "
                "any.")
    kind = "pictures" if spec.network.anywhere else f"pictures of {spec.size} × {spec.size} px"
    grey = " in grey" if spec.channels < channels else ""
    return f"{spoken(asked)} is for {kind}{grey}; {spoken(other.choice)} takes this one as it is."
