"""What points are sampled with: the exact denoiser of a known density, or a model by its name."""

from __future__ import annotations

from dataclasses import dataclass

from engines.analytic import Mixture, MixtureDenoiser
from engines.context import Context
from engines.counted import counted
from engines.data.points.approximate import COUNT, approximated
from engines.data.points.base import PointSet
from engines.denoiser import Denoiser
from engines.errors import BadOption
from engines.lean import ready
from engines.modality import Modality
from engines.networks.mixture import MixtureNetwork
from engines.process.paths import Path
from engines.sampling import open_model

EXACT = "exact"
MODES = 24  # components of a mixture that are told apart as classes


@dataclass(frozen=True, slots=True)
class Prior:
    """A denoiser of points and all that goes with it.

    dimension: numbers of a point; path: the process it belongs to; classes: names of what a sample can be asked for
    by label, () for nothing; mixture: the density behind an exact one, else None; note: a sentence where it is not
    what was plainly asked for, "" otherwise.
    """

    denoiser: Denoiser
    path: Path
    dimension: int
    classes: tuple[str, ...] = ()
    mixture: Mixture | None = None
    note: str = ""


def prior_of(data: PointSet, name: str, path: Path, context: Context) -> Prior:
    """The prior of that name.

    Args:
        data: the true set, bound to its files.
        name: EXACT for the density of the data itself, else a model of points.
        path: of an exact prior; a model has its own.

    Raises:
        BadOption: there is no such model, or it is none of points in as many dimensions as the data.
    """
    if name == EXACT:
        return exact_prior(data, path)
    model = open_model(name, context, Modality.POINTS)
    if model.spec.shape != (data.dimension,):
        raise BadOption(f"Model “{name}” makes points of {counted(model.spec.channels, 'number')} and the data have "
                        f"{data.dimension}; choose another model, or other data.")
    if isinstance(model.network, MixtureNetwork):
        mixture = model.network.mixture
        # by itself and not by the network around it, so that its density is known as well
        return Prior(MixtureDenoiser(mixture, model.path), model.path, data.dimension, model.spec.classes, mixture)
    return Prior(ready(model, context), model.path, data.dimension, model.spec.classes)


def exact_prior(data: PointSet, path: Path) -> Prior:
    """The density of the data as a prior; of one that is no mixture a close mixture stands in, which its note says."""
    known = data.oracle()
    if known is not None:
        return Prior(MixtureDenoiser(known, path), path, data.dimension, classes_of(data), known)
    close = approximated(data.sample(COUNT))
    return Prior(MixtureDenoiser(close, path), path, data.dimension, (), close,
                 f"“{data.title}” has no exact denoiser: {len(close.weights)} small Gaussians stand in for its "
                 "density.")


def classes_of(data: PointSet) -> tuple[str, ...]:
    """Names of the modes that a sample can be asked for: the components of a mixture of a few, numbered from 1."""
    mixture = data.mixture()
    count = 0 if mixture is None else len(mixture.weights)
    return tuple(str(k + 1) for k in range(count)) if 1 < count <= MODES else ()
