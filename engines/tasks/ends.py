"""What an interpolation goes between: the noise of two seeds, two pictures, or two places."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from functools import partial
from typing import Annotated, ClassVar

import numpy as np
import torch
from pydantic import BeforeValidator, SerializeAsAny
from torch import Tensor

from engines.component import Component, chosen, discover, option
from engines.counted import counted
from engines.errors import BadOption
from engines.modality import Modality
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.shown import CANVAS, SAMPLE
from engines.tasks.pictures import PictureOptions, open_picture
from engines.tasks.shared_options import LARGEST_SEED

FARTHEST = 100.0  # of a number of a point; data have variance 1


class Ends(Component):
    """Two ends. `data` says whether they are data, which have to be inverted, `modalities` of what there are such."""

    data: ClassVar[bool] = False
    modalities: ClassVar[tuple[Modality, ...]] = tuple(Modality)

    @property
    @abstractmethod
    def words(self) -> str:
        """“from seed 7 to seed 8”."""

    @abstractmethod
    def states(self, path: Path, shape: tuple[int, ...], files: Mapping[str, bytes]) -> Tensor:
        """(2, *shape) float32: noise at t_max, or data. Raises BadInput.

        files: attachments of the recipe.
        """


class Seeds(Ends):
    """The noise of two seeds."""

    name: ClassVar[str] = "seeds"
    title: ClassVar[str] = "Two seeds"
    summary: ClassVar[str] = "The noise that two seeds give, as sampling begins with."

    first: int = option(7, title="First seed", ge=0, le=LARGEST_SEED, help="The first sample is that of this seed.")
    last: int = option(8, title="Last seed", ge=0, le=LARGEST_SEED, help="The last sample is that of this seed.")

    @property
    def words(self) -> str:
        """By their numbers."""
        return f"from seed {self.first} to seed {self.last}"

    def states(self, path: Path, shape: tuple[int, ...], files: Mapping[str, bytes]) -> Tensor:
        """As sampling begins."""
        del files
        return path.initial(Noise((self.first, self.last), shape).initial())


class Pictures(Ends):
    """Two pictures."""

    name: ClassVar[str] = "pictures"
    title: ClassVar[str] = "Two pictures"
    summary: ClassVar[str] = "The middle square of two pictures, whose noise is found by inversion."
    data: ClassVar[bool] = True
    modalities: ClassVar[tuple[Modality, ...]] = (Modality.IMAGE,)

    begin: str = option(CANVAS, title="First picture", widget="picture",
                        help="The picture on the canvas, the selected sample, or a file.")
    end: str = option(SAMPLE, title="Last picture", widget="picture",
                      help="The picture on the canvas, the selected sample, or a file.")

    @property
    def words(self) -> str:
        """Without their names."""
        return "between two pictures"

    def states(self, path: Path, shape: tuple[int, ...], files: Mapping[str, bytes]) -> Tensor:
        """As the model sees them."""
        del path
        seen = [open_picture(files, PictureOptions(image=name)).model_input(shape[0], shape[-1])
                for name in (self.begin, self.end)]
        return torch.tensor(np.stack(seen))


class Places(Ends):
    """Two points of the data's plane or line."""

    name: ClassVar[str] = "places"
    title: ClassVar[str] = "Two places"
    summary: ClassVar[str] = "Two places among the data, whose noise is found by inversion."
    data: ClassVar[bool] = True
    modalities: ClassVar[tuple[Modality, ...]] = (Modality.POINTS,)

    begin: str = option("-1.4, 0", title="First place", max_length=80, widget="place",
                        help="Where the way begins: dragged on the canvas, or the numbers of a point, as in “0.5, 1”; "
                             "of own points at unit scale.")
    end: str = option("1, 1", title="Last place", max_length=80, widget="place",
                      help="Where the way ends: dragged on the canvas, or the numbers of a point, as in “0.5, 1”; "
                           "of own points at unit scale.")

    @property
    def words(self) -> str:
        """Without their numbers."""
        return "between two places"

    def states(self, path: Path, shape: tuple[int, ...], files: Mapping[str, bytes]) -> Tensor:
        """As they are written."""
        del path, files
        return torch.tensor([_numbers(text, shape[0]) for text in (self.begin, self.end)])


def _numbers(text: str, dimension: int) -> list[float]:
    """The numbers of a point; raises BadOption."""
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        found = []
    if len(found) != dimension or not all(abs(x) <= FARTHEST for x in found):
        example = ", ".join(["0.5", "-1"][:dimension])
        raise BadOption(f"“{text}” is no point of these data; give {counted(dimension, 'number')} within ±"
                        f"{FARTHEST:.0f}, as in “{example}”.")
    return found


def ends() -> dict[str, type[Ends]]:
    """Every kind of ends, by name."""
    return discover("engines.tasks", Ends)


def ends_of(modality: Modality) -> dict[str, type[Ends]]:
    """Those that a kind of data can have."""
    return {name: kind for name, kind in ends().items() if modality in kind.modalities}


ImageEnds = Annotated[SerializeAsAny[Ends], BeforeValidator(
    partial(chosen, base=Ends, kinds=partial(ends_of, Modality.IMAGE)))]
PointEnds = Annotated[SerializeAsAny[Ends], BeforeValidator(
    partial(chosen, base=Ends, kinds=partial(ends_of, Modality.POINTS)))]
