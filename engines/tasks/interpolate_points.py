"""Interpolate points: what comes of the states of noise between two others, in the plane."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, cast

from engines.component import Options, option
from engines.context import Context
from engines.counted import counted
from engines.errors import BadOption
from engines.events import Event, Noted
from engines.modality import Modality
from engines.model_file import ModelSpec
from engines.priors import prior_of
from engines.tasks.base import Cost
from engines.tasks.between import FOUND, Between, BetweenOptions, Way, interpolated
from engines.tasks.ends import Places, PointEnds
from engines.tasks.flow import FlowTask
from engines.tasks.point_prior import PointPriorOptions
from engines.tasks.sample_points import TOGETHER


class InterpolatePointsOptions(PointPriorOptions, BetweenOptions):
    """Two ends, and how many points there are in all."""

    ends: PointEnds = option(Places(), title="Between", group="Samples",
                              help="What the first and the last point are.")
    steps: int = option(60, title="Steps", ge=2, le=1000, group="Sampler", help="Moves from noise to data.")
    count: int = option(200, title="Points", help="How many points, the ends among them.", ge=2, le=TOGETHER,
                        group="Samples")


class InterpolatePoints(FlowTask):
    """Sample from states of noise between two others."""

    name: ClassVar[str] = "interpolate-points"
    title: ClassVar[str] = "Interpolate"
    verb: ClassVar[str] = "Run"
    summary: ClassVar[str] = "Points on the way from one seed or place to another, through the noise of both."
    workspace: ClassVar[str] = "points"
    modality: ClassVar[Modality] = Modality.POINTS
    shown_as: ClassVar[str] = "field"
    finds: ClassVar[str] = "its interpolation"
    place: ClassVar[int] = 66
    Form: ClassVar[type[Options]] = InterpolatePointsOptions
    in_order: ClassVar[bool] = True
    figures: ClassVar[Mapping[str, str]] = FOUND

    def title_of(self, options: Any) -> str:
        """“200 points of Ring of blobs between two places”, “… from seed 7 to seed 8”."""
        chosen = cast(InterpolatePointsOptions, options)
        straight = ", straight" if chosen.kind is Way.LINEAR else ""
        return f"{counted(chosen.count, 'point')} of {chosen.data.title} {chosen.ends.words}{straight}"

    def cost_of(self, options: Any, model: ModelSpec | None) -> Cost | None:
        """The sampler's evaluations, twice as many where a class guides, and those of the inversion of places."""
        chosen = cast(InterpolatePointsOptions, options)
        path, classes = chosen.known(model)
        return chosen.cost(chosen.count, chosen.evaluations(path, classes, chosen.count, data=chosen.ends.data))

    def said_of(self, options: Any, model: ModelSpec | None) -> str:
        """That it learned other data."""
        return cast(InterpolatePointsOptions, options).caution(model)

    def check(self, options: Any, files: Mapping[str, bytes], model: ModelSpec | None) -> None:
        """Refuse what does not go together: data, denoiser, classes, sampler, places, and an arc on a line."""
        chosen = cast(InterpolatePointsOptions, options)
        data, classes = chosen.checked(files, model)
        path = chosen.known(model)[0]
        chosen.evaluations(path, classes, chosen.count, data=chosen.ends.data)
        check_arc(chosen.kind, data.dimension)
        units = data.units() if model is None else model.units or data.units()
        chosen.ends.among(data, units).states(path, (data.dimension,), files)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield Noted where a close mixture stands in, Progressed while places are inverted, and those of sampling."""
        chosen = cast(InterpolatePointsOptions, options)
        data = chosen.data.bound(context.files)
        prior = prior_of(data, chosen.prior, chosen.path, context)
        check_arc(chosen.kind, prior.dimension)
        yield from self.unmeant(prior.learnt)
        if prior.note:
            yield Noted(prior.note)
        place = prior.place(context.device.torch)
        ends = chosen.ends.among(data, prior.units)
        states = ends.states(prior.path, (prior.dimension,), context.files).to(place)
        between = Between(states, ends.data, prior.denoiser, prior.path, prior.classes, prior.units)
        yield from interpolated(chosen, between, chosen.count, context, self.title_of(chosen))


def check_arc(kind: Way, dimension: int) -> None:
    """Raise BadOption for the arc between two numbers: on a line there is none."""
    if kind is Way.SLERP and dimension == 1:
        raise BadOption("On a line there is no arc between two states; choose the way “linear”, or data in the plane.")
