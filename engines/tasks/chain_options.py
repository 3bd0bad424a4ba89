"""The chain that tasks measure a bound on: its options, and what they say."""

from __future__ import annotations

from engines.component import Options, option
from engines.likelihood.bound import VarianceRule, fixed, learned
from engines.process.chain import Chain, Fixed
from engines.process.paths import Path
from engines.process.times import GridChoice, time_grid
from engines.tasks.shared_options import spacing_option


class ChainOptions(Options):
    """Where the chain of a bound stops, and the variances of its steps back."""

    steps: int = option(100, title="Steps", ge=1, le=10_000, group="Chain", help="Steps of the chain.")
    spacing: GridChoice = spacing_option(group="Chain")
    variance: Fixed = option(Fixed.BETA, title="Variance", symbol="v", group="Chain",
                             help="Of the chain’s reverse steps; beta-tilde is right for a single data point, beta "
                                  "for unit Gaussian data.")
    learned: bool = option(True, title="Learned variance", group="Chain", advanced=True,
                           help="Use the variances that a model has learned, where it has, in place of these.")

    def chain(self, path: Path) -> Chain:
        """The chain on a path."""
        return Chain.of_path(path, time_grid(path, self.steps, self.spacing))

    def rule(self) -> VarianceRule:
        """The variances of its steps back."""
        return learned(self.variance) if self.learned else fixed(self.variance)
