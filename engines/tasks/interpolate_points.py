"""Interpolate points: what comes of the states of noise between two others, in the plane."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, cast

import torch
from pydantic import BeforeValidator, SerializeAsAny
from torch import Tensor

from engines.component import Component, Options, chosen, option
from engines.context import Context
from engines.counted import counted
from engines.errors import BadOption
from engines.events import Event, Noted
from engines.modality import Modality
from engines.model_file import ModelSpec
from engines.priors import prior_of
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.tasks.base import Cost, Task
from engines.tasks.between import FOUND, BetweenOptions, Ends, Kind, interpolated
from engines.tasks.carried_points import CarriedOptions
from engines.tasks.sample_points import TOGETHER

FARTHEST = 100.0  # of a number of a point; data have variance 1


class PointEnds(Component):
    """What the points go between."""

    data: ClassVar[bool] = False  # whether they are points of data, which have to be inverted

    @abstractmethod
    def states(self, path: Path, dimension: int) -> Tensor:
        """(2, d) float32: noise at t_max, or data. Raises BadOption."""


class SeedPoints(PointEnds):
    """The noise of two seeds."""

    name: ClassVar[str] = "seeds"
    title: ClassVar[str] = "Two seeds"
    summary: ClassVar[str] = "The noise that two seeds give, as in Sample."

    first: int = option(7, title="First seed", ge=0, le=2**31 - 1, help="The first point is that of this seed.")
    last: int = option(8, title="Last seed", ge=0, le=2**31 - 1, help="The last point is that of this seed.")

    def states(self, path: Path, dimension: int) -> Tensor:
        """As sampling begins."""
        return path.initial(Noise((self.first, self.last), (dimension,)).initial())


class Places(PointEnds):
    """Two points of the data's plane or line."""

    name: ClassVar[str] = "places"
    title: ClassVar[str] = "Two points"
    summary: ClassVar[str] = "Two places among the data, whose noise is found by inversion."
    data: ClassVar[bool] = True

    begin: str = option("-1.4, 0", title="First point", max_length=80,
                        help="Where the way begins: the numbers of a point, as in “0.5, 1”.")
    end: str = option("1, 1", title="Last point", max_length=80,
                       help="Where the way ends: the numbers of a point, as in “0.5, 1”.")

    def states(self, path: Path, dimension: int) -> Tensor:
        """As they are written."""
        del path
        return torch.tensor([_numbers(text, dimension) for text in (self.begin, self.end)])


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


def point_ends() -> dict[str, type[PointEnds]]:
    """Every kind of ends, by name."""
    return {kind.name: kind for kind in (SeedPoints, Places)}


EndsChoice = Annotated[SerializeAsAny[PointEnds],
                       BeforeValidator(partial(chosen, base=PointEnds, kinds=point_ends))]


class InterpolatePointsOptions(CarriedOptions, BetweenOptions):
    """Two ends, and how many points there are in all."""

    ends: EndsChoice = option(Places(), title="Between", group="Samples",
                              help="What the first and the last point are.")
    steps: int = option(60, title="Steps", ge=2, le=1000, group="Sampler", help="Moves from noise to data.")
    count: int = option(200, title="Points", help="How many points, the ends among them.", ge=2, le=TOGETHER,
                        group="Samples")


class InterpolatePoints(Task):
    """Sample from states of noise between two others."""

    name: ClassVar[str] = "interpolate-points"
    title: ClassVar[str] = "Interpolate"
    verb: ClassVar[str] = "Run"
    summary: ClassVar[str] = "Points on the way from one seed or place to another, through the noise of both."
    workspace: ClassVar[str] = "points"
    modality: ClassVar[Modality] = Modality.POINTS
    shown_as: ClassVar[str] = "field"
    place: ClassVar[int] = 16
    Form: ClassVar[type[Options]] = InterpolatePointsOptions
    in_order: ClassVar[bool] = True
    figures: ClassVar[Mapping[str, str]] = FOUND

    def title_of(self, options: Any) -> str:
        """“200 points of Ring of blobs between two places”, “… from seed 7 to seed 8”."""
        chosen = cast(InterpolatePointsOptions, options)
        ends, straight = chosen.ends, ", straight" if chosen.kind is Kind.LINEAR else ""
        way = f"from seed {ends.first} to seed {ends.last}" if isinstance(ends, SeedPoints) else "between two places"
        return f"{counted(chosen.count, 'point')} of {chosen.data.title} {way}{straight}"

    def cost_of(self, options: Any, model: ModelSpec | None) -> Cost | None:
        """The sampler's evaluations, twice as many where a class guides, and those of the inversion of places."""
        chosen = cast(InterpolatePointsOptions, options)
        path, classes = chosen.known(model)
        return chosen.cost(chosen.count, chosen.evaluations(path, classes, chosen.count, data=chosen.ends.data))

    def check(self, options: Any, files: Mapping[str, bytes], model: ModelSpec | None) -> None:
        """Refuse what does not go together: data, denoiser, classes, sampler, places, and an arc on a line."""
        chosen = cast(InterpolatePointsOptions, options)
        data, classes = chosen.checked(files, model)
        path = chosen.known(model)[0]
        chosen.evaluations(path, classes, chosen.count, data=chosen.ends.data)
        check_arc(chosen.kind, data.dimension)
        chosen.ends.states(path, data.dimension)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield Noted where a close mixture stands in, Progressed while places are inverted, and those of sampling."""
        chosen = cast(InterpolatePointsOptions, options)
        prior = prior_of(chosen.data.bound(context.files), chosen.prior, chosen.path, context)
        check_arc(chosen.kind, prior.dimension)
        if prior.note:
            yield Noted(prior.note)
        states = chosen.ends.states(prior.path, prior.dimension).to(context.device.torch)
        ends = Ends(states, chosen.ends.data, prior.denoiser, prior.path, prior.classes)
        yield from interpolated(chosen, ends, chosen.count, context, self.title_of(chosen))


def check_arc(kind: Kind, dimension: int) -> None:
    """Raise BadOption for the arc between two numbers: on a line there is none."""
    if kind is Kind.SLERP and dimension == 1:
        raise BadOption("On a line there is no arc between two states; choose the way “linear”, or data in the plane.")
