"""What points are measured with: the exact denoiser of a known density."""

from __future__ import annotations

from dataclasses import dataclass

from engines.analytic import Mixture, MixtureDenoiser
from engines.context import Context
from engines.data.points.base import PointSet, point_sets
from engines.denoiser import Denoiser
from engines.errors import BadOption
from engines.process.paths import Path

EXACT = "exact"


@dataclass(frozen=True, slots=True)
class Prior:
    """A denoiser of points and all that goes with it.

    path: the process it belongs to; dimension: numbers of a point; mixture: the density behind an exact one, else
    None; note: a sentence where it is not what was plainly asked for, "" otherwise.
    """

    denoiser: Denoiser
    path: Path
    dimension: int
    mixture: Mixture | None = None
    note: str = ""


def prior_of(data: PointSet, name: str, path: Path, context: Context) -> Prior:
    """The prior of that name.

    Args:
        data: the true set.
        name: EXACT for the density of the data itself.
        path: of an exact prior.
        context: of the run.

    Raises:
        BadOption: there is no such prior, or no exact one of these data.
    """
    del context
    if name != EXACT:
        raise BadOption(f"Denoiser “{name}” is not known; choose “{EXACT}”.")
    known = data.oracle()
    if known is None:
        can = ", ".join(kind.name for kind in point_sets().values() if kind().oracle() is not None)
        raise BadOption(f"The exact denoiser of “{data.name}” is not known; choose one of {can}.")
    return Prior(MixtureDenoiser(known, path), path, data.dimension, known)
