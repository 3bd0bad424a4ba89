"""What an interpolation goes between: the noise of two seeds, two pictures, or two places."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BeforeValidator, SerializeAsAny
from torch import Tensor

from engines.component import Component, chosen, discover, option
from engines.counted import counted
from engines.data.points.base import PointSet
from engines.data.points.typical import far_apart
from engines.errors import BadOption
from engines.modality import Modality
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.shown import CANVAS, SAMPLE
from engines.tasks.pictures import PictureOptions, open_picture
from engines.tasks.shared_options import LARGEST_SEED
from engines.units import Units

FARTHEST = 100.0  # of a number of a point; data have variance 1
OFF = 10.0  # the same of own numbers: those that were meant for other data lie farther from their mean


class Ends(Component):
    """Two ends. `data` says whether they are data, which have to be inverted, `modalities` of what there are such."""

    data: ClassVar[bool] = False
    modalities: ClassVar[tuple[Modality, ...]] = tuple(Modality)

    @property
    @abstractmethod
    def words(self) -> str:
        """“from seed 7 to seed 8”."""

    def among(self, data: PointSet, units: Units | None) -> Ends:
        """These ends with all that they leave to the data; most leave nothing. Raises BadOption.

        Args:
            data: bound to its files.
            units: in which points are told, None for no others than their own.
        """
        del data, units
        return self

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

    begin: str = option("", title="First place", max_length=80, widget="place",
                        help="Where the way begins: dragged on the canvas, or the numbers of a point, as in “0.5, 1”. "
                             "Empty for a typical point of the data.")
    end: str = option("", title="Last place", max_length=80, widget="place",
                      help="Where the way ends: dragged on the canvas, or the numbers of a point, as in “0.5, 1”. "
                           "Empty for a typical point of the data, far from the first.")
    own: bool = option(True, title="Own numbers", advanced=True,
                       help="Whether numbers of a place are those of own points, as the axes have them; off for unit "
                            "scale.")

    earlier: ClassVar[Mapping[str, Any]] = {"own": False}

    @property
    def words(self) -> str:
        """Without their numbers."""
        return "between two places"

    def among(self, data: PointSet, units: Units | None) -> Places:
        """With numbers at unit scale, and where none are written those of two typical points."""
        written = (self.begin, self.end)
        # those of the data take a moment to find, and forms ask at each typed key
        typical = written if all(text.strip() for text in written) else np.asarray(far_apart(data))
        found = [_numbers(text, data.dimension, units if self.own else None) if text.strip() else point
                 for text, point in zip(written, typical, strict=True)]
        begin, end = (", ".join(repr(float(x)) for x in point) for point in found)
        return Places(begin=begin, end=end, own=False)

    def states(self, path: Path, shape: tuple[int, ...], files: Mapping[str, bytes]) -> Tensor:
        """As they are written, at unit scale; BadOption where they are left to the data, see `among`."""
        del path, files
        return torch.tensor(np.stack([_numbers(text, shape[0]) for text in (self.begin, self.end)])).float()


def _numbers(text: str, dimension: int, units: Units | None = None) -> NDArray[np.float64]:
    """(dimension,) The numbers of a point at unit scale, written in units, with either minus; raises BadOption."""
    try:
        written = np.array([float(part) for part in text.replace("−", "-").split(",")])
    except ValueError:
        written = np.zeros(0)
    fits = len(written) == dimension
    found = units.standard(written) if fits and units is not None else written
    if not fits or not (abs(found) <= (FARTHEST if units is None else OFF)).all():
        raise BadOption(f"“{text}” is no point of these data; give {counted(dimension, 'number')} "
                        f"{_within(dimension, units)}.")
    return found


def _within(dimension: int, units: Units | None) -> str:
    """In which range numbers may be, and an example."""
    if units is None:
        return f"within ±{FARTHEST:.0f}, as in “{', '.join(['0.5', '-1'][:dimension])}”"
    middle = ", ".join(f"{x:.4g}" for x in units.origin)
    return f"within {OFF * units.scale:.4g} of their mean, “{middle}”, or none"


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
