"""What points are sampled with: the exact denoiser of a known density, or a model by its name."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from engines.analytic import Mixture, MixtureDenoiser
from engines.context import Context
from engines.counted import counted
from engines.data.points.approximate import COUNT, approximated
from engines.data.points.base import PointSet
from engines.data.points.own import OwnPlane, PaintedPlane
from engines.denoiser import Denoiser
from engines.errors import Unfit
from engines.lean import ready
from engines.learnt import Learnt
from engines.modality import Modality
from engines.model_file import ModelSpec
from engines.model_names import spoken
from engines.networks.mixture import MixtureNetwork
from engines.prior_name import EXACT
from engines.process.paths import Path
from engines.process.prediction import Prediction
from engines.sampling import open_model
from engines.units import Units


@dataclass(frozen=True, slots=True)
class Prior:
    """A denoiser of points and all that goes with it.

    dimension: numbers of a point; path: the process it belongs to; classes: names of what a sample can be asked for
    by label, () for nothing; mixture: the density behind an exact one, else None; note: a sentence where it is not
    what was plainly asked for, "" otherwise; prediction: what a network outputs, None where there is none; units: in
    which its points are to be told, None for no others than its own; learnt: by the network, the mean by an exact
    denoiser.
    """

    denoiser: Denoiser
    path: Path
    dimension: int
    classes: tuple[str, ...] = ()
    mixture: Mixture | None = None
    note: str = ""
    prediction: Prediction | None = None
    units: Units | None = None
    learnt: Learnt = Learnt.MEAN

    def place(self, device: torch.device) -> torch.device:
        """Where its points are to lie in a run on a device: an exact denoiser is float64 on the CPU, so there."""
        return device if self.mixture is None else torch.device("cpu")

    @property
    def remark(self) -> str:
        """The note, and for figures that are not in the user's units at which scale they are; "" for neither."""
        return " ".join(filter(None, (self.note, self.units.said() if self.units is not None else "")))


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
    check_dimension(data, name, model.spec)
    units, note = model.spec.units or data.units(), elsewhere(model.spec, data)
    if isinstance(model.network, MixtureNetwork):
        mixture = model.network.mixture
        # by itself and not by the network around it, so that its density is known as well
        return Prior(MixtureDenoiser(mixture, model.path), model.path, data.dimension, model.spec.classes, mixture,
                     note, units=units)
    denoiser = ready(model, context)
    return Prior(denoiser, model.path, data.dimension, model.spec.classes, None, note, model.spec.prediction, units,
                 model.spec.learnt)


def elsewhere(model: ModelSpec, data: PointSet) -> str:
    """A sentence where a model learned other points than the data beside it, as far as both tell, else "".

    data: bound to its files, or own points as a form has them, whose units nobody knows yet.
    """
    units, here, bound = model.units, data.units(), not data.attached()
    if units is not None and bound and (here is None or (here.origin, here.scale) != (units.origin, units.scale)):
        return (f"“{model.title}” learned points of other units than those of “{data.title}”: all numbers are in its "
                "units, and comparisons with the data mean little; choose the points that it learned as data.")
    if not model.data or (_of_own(model) if data.own else data.title in model.data):
        return ""
    return (f"“{model.title}” did not learn “{data.title}”: it answers for what it learned, and comparisons with the "
            "data mean little; choose the data that it learned, or another denoiser.")


def _of_own(model: ModelSpec) -> bool:
    """Whether a model learned a user's own points or density; of a density older models tell no units."""
    return model.units is not None or any(kind.title in model.data for kind in (OwnPlane, PaintedPlane))


def check_dimension(data: PointSet, name: str, model: ModelSpec | None) -> None:
    """Raise Unfit where the model that is called so makes points of another dimension than the data's."""
    if model is not None and model.shape != (data.dimension,):
        raise Unfit(f"Model “{spoken(name)}” makes points of {counted(model.channels, 'number')} and the data have "
                    f"{data.dimension}; choose another model, or other data.")


def exact_prior(data: PointSet, path: Path) -> Prior:
    """The density of the data as a prior; of one that is no mixture a close mixture stands in, which its note says."""
    known = data.oracle()
    if known is not None:
        return Prior(MixtureDenoiser(known, path), path, data.dimension, data.classes(), known, units=data.units())
    close = approximated(data.sample(COUNT))
    return Prior(MixtureDenoiser(close, path), path, data.dimension, (), close,
                 f"“{data.title}” has no exact denoiser: {len(close.weights)} small Gaussians stand in for its "
                 "density.", units=data.units())
