"""What tasks share that work on a prior of points beside the density that is true: its options, cost and checks."""

from __future__ import annotations

from collections.abc import Mapping

from engines.component import Options, option
from engines.data.points.approximate import MOST_COMPONENTS
from engines.data.points.base import PointSet, PointSetChoice
from engines.data.points.mixtures import Ring
from engines.model_file import ModelSpec
from engines.prior_name import EXACT
from engines.priors import check_dimension, elsewhere
from engines.process.paths import Path, PathChoice
from engines.process.vp_cosine import VPCosine
from engines.tasks.base import Cost

WORK = 2600.0  # of one component of a mixture, as a cost has it


class PointPriorOptions(Options):
    """What is true, and what is sampled, followed or measured in its place."""

    data: PointSetChoice = option(Ring(), title="Data", group="Data", help="The density that is true.")
    prior: str = option(EXACT, title="Denoiser", widget="prior", group="Data",
                        help="“exact” for that of the data itself, or the name of a model of points.")
    path: PathChoice = option(VPCosine(), title="Path", group="Process",
                              help="How data turns into noise; a model brings its own.")

    def known(self, model: ModelSpec | None) -> tuple[Path, tuple[str, ...]]:
        """The path, and the names of the classes there are."""
        return (self.path, self.data.classes()) if model is None else (model.path, model.classes)

    def cost(self, count: int, evaluations: int) -> Cost:
        """Of so many points."""
        mixture = self.data.mixture()
        parts = MOST_COMPONENTS if mixture is None else len(mixture.weights)
        return Cost(count, evaluations, of=f"{EXACT} of {parts}", work=WORK * parts)

    def caution(self, model: ModelSpec | None) -> str:
        """What is said of a model that learned other data, "" where nothing is."""
        return "" if model is None else elsewhere(model, self.data)

    def checked(self, files: Mapping[str, bytes], model: ModelSpec | None) -> tuple[PointSet, tuple[str, ...]]:
        """The data with its files, and the classes there are; raises BadInput for a model of another dimension."""
        data = self.data.bound(files)
        check_dimension(data, self.prior, model)
        return data, data.classes() if model is None else model.classes
