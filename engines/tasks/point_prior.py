"""What tasks share that sample or measure a prior of points beside the density that is true."""

from __future__ import annotations

from engines.component import Options, option
from engines.data.points.base import PointSetChoice
from engines.data.points.mixtures import Ring
from engines.prior_name import EXACT
from engines.process.paths import PathChoice
from engines.process.vp_cosine import VPCosine


class PointPriorOptions(Options):
    """What is true, and what is sampled or measured in its place."""

    data: PointSetChoice = option(Ring(), title="Data", group="Data", help="The density that is true.")
    prior: str = option(EXACT, title="Denoiser", widget="prior", group="Data",
                        help="“exact” for that of the data itself, or the name of a model of points.")
    path: PathChoice = option(VPCosine(), title="Path", group="Process",
                              help="How data turns into noise; a model brings its own.")
