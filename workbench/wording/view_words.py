"""What the views of the time line show, in the words of the workspace whose run is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.frames import CHANGE, ESTIMATE, NOISE, PULL, SCORE, STATE, View


@dataclass(frozen=True, slots=True)
class ViewWords:
    """Words of one workspace.

    helps: what a view shows, by its name, where that is not what it shows of pictures; unpulled, unbelieved: why a
    run has no view of its pull, and none of an estimate.
    """

    helps: Mapping[str, str] = field(default_factory=dict[str, str])
    unpulled: str = "This run has no guidance and no known pixels."
    unbelieved: str = "No model looks at this run: what it would estimate is the picture itself."
    pull: str = PULL.title

    def told(self, view: View) -> str:
        """A view for its tooltip: its title and what it shows."""
        return f"{self.pull if view is PULL else view.title}: {self.helps.get(view.name, view.help)}"


OF_PICTURES = ViewWords()
OF_POINTS = ViewWords({
    STATE.name: "Where the particles are at this step, x\u209c; of a path that lets them grow, at the scale of the "
                "data.",
    ESTIMATE.name: "Where the data point of each particle is expected, x\u0302\u2080: the mean of the data that may "
                   "lie behind its state.",
    CHANGE.name: "Arrows at the particles: how this step moves them.",
    NOISE.name: "Arrows at the particles: the noise the model sees in each, ε\u0302.",
    SCORE.name: "Arrows at the particles: the gradient of log p(x\u209c), −ε\u0302/σ, guidance included. The scale "
                "under the plate says how long an arrow is.",
    PULL.name: "Arrows at the particles: what class guidance adds to this step’s move.",
}, "This run has no guidance.", "No model looks at this run: what it would estimate are the points themselves.",
    "Pull of guidance")
