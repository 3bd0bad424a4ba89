"""Every registry of algorithms, data and networks, by the name of its list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engines.component import Component
from engines.data.points.base import point_sets
from engines.inverse.base import methods
from engines.likelihood.trace import traces
from engines.networks.base import networks
from engines.operators.base import degradations, noises
from engines.process.paths import paths
from engines.process.prediction import predictions
from engines.process.times import grids
from engines.representation.covariances import covariances
from engines.representation.starts import starts
from engines.samplers.base import samplers
from engines.studies.base import studies
from engines.studies.laboratory_prior import priors as laboratory_priors
from engines.tasks.ends import ends
from engines.tasks.subjects import subjects
from engines.training.objectives.base import objectives
from engines.training.objectives.laws import time_laws
from engines.training.objectives.weights import weights


@dataclass(frozen=True, slots=True)
class Shelf:
    """One registry. key: its name in documents; title: for people; kinds: what it has, by name."""

    key: str
    title: str
    kinds: Mapping[str, type[Component]]


def catalogue() -> list[Shelf]:
    """All registries, in the order in which they are told."""
    return [Shelf("samplers", "Samplers", samplers()), Shelf("methods", "Inverse methods", methods()),
            Shelf("operators", "Degradations", degradations()),
            Shelf("noises", "Noise of a measurement", noises()),
            Shelf("paths", "Paths", paths()), Shelf("predictions", "Predictions", predictions()),
            Shelf("grids", "Time grids", grids()), Shelf("objectives", "Objectives", objectives()),
            Shelf("weights", "Loss weights", weights()), Shelf("laws", "Noise distributions", time_laws()),
            Shelf("networks", "Networks", networks()),
            Shelf("points", "Point sets", point_sets()), Shelf("starts", "Starts of a fit", starts()),
            Shelf("covariances", "Covariances of a fit", covariances()),
            Shelf("ends", "Ends of an interpolation", ends()),
            Shelf("subjects", "Pictures a model is measured on", subjects()),
            Shelf("traces", "Traces of a Jacobian", traces()), Shelf("studies", "Studies", studies()),
            Shelf("laboratory", "Priors of the posterior laboratory", laboratory_priors())]
