"""Invert points: the noise that points come from, beside the exact one, and the points that come back from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, cast

from torch import Tensor

from engines.component import Options, option
from engines.context import Context
from engines.counted import counted
from engines.events import Event, Measured, Noted, Said
from engines.inverse.exact_flow import exact_flow
from engines.modality import Modality
from engines.model_file import ModelSpec
from engines.priors import Prior, prior_of
from engines.samplers.base import Step
from engines.sampling import conditioning, parse_labels
from engines.shown import FROM_FLOW
from engines.tasks.base import Cost
from engines.tasks.flow import FOUND, FlowTask, Origin, TripOptions, travelled, trip
from engines.tasks.point_prior import PointPriorOptions
from engines.tasks.sample_points import TOGETHER
from engines.tasks.shared_options import seed_option
from engines.units import Units

FOLLOWED = 1000  # points whose exact flow is known


class InvertPointsOptions(PointPriorOptions, TripOptions):
    """Which points, what carries them, and how."""

    steps: int = option(60, title="Steps", ge=2, le=1000, group="Sampler", help="Moves of each way.")
    count: int = option(1000, title="Points", help="How many are inverted.", ge=1, le=TOGETHER, group="Samples")
    seed: int = seed_option("Decides which points of the data are taken.")


class InvertPoints(FlowTask):
    """Carry points along the ODE to their noise and back, beside the flow as it is exactly."""

    name: ClassVar[str] = "invert-points"
    title: ClassVar[str] = "Invert"
    verb: ClassVar[str] = "Run"
    summary: ClassVar[str] = "The noise that points come from, beside the exact one, and the points again."
    workspace: ClassVar[str] = "points"
    modality: ClassVar[Modality] = Modality.POINTS
    shown_as: ClassVar[str] = "field"
    finds: ClassVar[str] = "its inversion"
    place: ClassVar[int] = 64
    ways: ClassVar[int] = 2
    Form: ClassVar[type[Options]] = InvertPointsOptions
    figures: ClassVar[Mapping[str, str]] = {
        **FOUND, "worst": "the largest distance of a point from where it came back to",
        "noise_error": f"root mean square distance of the noise of the first {FOLLOWED:,} points from that of the "
                       "exact flow, over σ; of exact denoisers alone"}

    def title_of(self, options: Any) -> str:
        """“Inversion of 1,000 points of Two moons”."""
        chosen = cast(InvertPointsOptions, options)
        return f"Inversion of {counted(chosen.count, 'point')} of {chosen.data.title}"

    def cost_of(self, options: Any, model: ModelSpec | None) -> Cost | None:
        """The sampler's evaluations of both ways, twice as many back where a class guides."""
        chosen = cast(InvertPointsOptions, options)
        path, classes = chosen.known(model)
        return chosen.cost(chosen.count, chosen.evaluations(path, classes, chosen.count))

    def course_of(self, options: Any) -> str:
        """Those of both ways."""
        return f"{2 * cast(InvertPointsOptions, options).steps:,} there and back"

    def said_of(self, options: Any, model: ModelSpec | None) -> str:
        """That it learned other data."""
        return cast(InvertPointsOptions, options).caution(model)

    def check(self, options: Any, files: Mapping[str, bytes], model: ModelSpec | None) -> None:
        """Refuse own points that cannot be read, a model of another dimension, and classes that there are not."""
        chosen = cast(InvertPointsOptions, options)
        _, classes = chosen.checked(files, model)
        chosen.evaluations(chosen.known(model)[0], classes, chosen.count)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield Noted where a close mixture stands in, Opened, a Stepped a step of both ways, figures and Sampled."""
        chosen = cast(InvertPointsOptions, options)
        data = chosen.data.bound(context.files)
        prior = prior_of(data, chosen.prior, chosen.path, context)
        yield from self.unmeant(prior.learnt)
        if prior.note:
            yield Noted(prior.note)
        points = data.sample(chosen.count, chosen.seed).float().to(prior.place(context.device.torch))
        yield Said("Following the exact flow")
        exact = flow_of(chosen, prior, points)
        away, sigma = away_from(exact), float(prior.path.sigma(chosen.grid(prior.path)[0]))
        origin = Origin(points, prior.denoiser, prior.path, prior.classes, prior.units)
        plan = trip(chosen, origin, context, self.title_of(chosen), {FROM_FLOW: away} if exact else {})
        yield from travelled(plan, chosen.sampler, points, lambda result: _told(result, points, prior.units),
                             lambda step: {"noise_error": away(step) / sigma} if exact else {})


def flow_of(chosen: InvertPointsOptions, prior: Prior, points: Tensor) -> list[Tensor]:
    """The exact flow of the first points at every step of both ways; [] where it is not known, or the ways differ."""
    labels, back = (parse_labels(label, prior.classes, len(points)) for label in (chosen.there, chosen.label))
    guides = chosen.guidance != 1 and any(label >= 0 for label in back)
    if prior.mixture is None or labels != back or guides:
        return []
    cond = conditioning(labels[:FOLLOWED], points.device)
    there = exact_flow(prior.path, prior.denoiser, points[:FOLLOWED], chosen.grid(prior.path).flip(0), cond)
    return [*there, *reversed(there[:-1])]


def away_from(exact: list[Tensor]) -> Callable[[Step], float]:
    """Gives the root mean square distance of the states of a step from the exact flow."""

    def distance(step: Step) -> float:
        known = exact[step.index]
        return float((step.x[:FOLLOWED].to(known) - known).square().sum(dim=1).mean().sqrt())

    return distance


def _told(result: Tensor, points: Tensor, units: Units | None) -> Iterator[Event]:
    """How far points are from where they began; to be read, in the units of the user's own ones."""
    far, one = (result - points).square().sum(dim=1).sqrt(), 1.0 if units is None else units.scale
    worst, typical = float(far.max()), float(far.square().mean().sqrt())
    yield Measured({"worst": worst})
    yield Noted(f"The points ended at a root mean square distance of {one * typical:.2g} from where "
                f"they began, the farthest {one * worst:.2g} away.")
