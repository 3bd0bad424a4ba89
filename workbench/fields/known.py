"""What is true of points and what they are sampled with, and the classes that a run of them aims at."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from engines.errors import WorkbenchError
from engines.labels import FREE
from workbench.fields.own_rows import Rows

if TYPE_CHECKING:
    from engines.aim import Aim
    from engines.data.points.base import PointSet
    from engines.priors import Prior
    from engines.recipe import Recipe

SCORE, FLOW = "score", "flow"  # layers of the canvas
DECIDE = ("label", "guidance", "count", "there")  # the options that an aim depends on


@dataclass(frozen=True)
class Known:
    """A prior, and the exact one of the data: the same where the data are sampled with their own density.

    amiss: why another prior that was asked for cannot be, so that the data are seen alone; "" where nothing is.
    rows: how the data are seen where they are so many points and no more.
    """

    prior: Prior
    truth: Prior
    data: PointSet
    amiss: str = ""
    rows: Rows = field(default_factory=Rows)

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Names of what a point may be asked for, which every picture of a run asks for anew."""
        return self.data.classes()

    def told(self, length: float) -> float:
        """A length as it reads in the units of the data."""
        return length if self.truth.units is None else length * self.truth.units.scale

    @property
    def unmeant(self) -> dict[str, str]:
        """Layers that the model has nothing to show in, by name, and why; none of what is exact."""
        from engines.learnt import no_score, no_velocity

        why = {SCORE: no_score(self.prior.learnt), FLOW: no_velocity(self.prior.learnt)}
        return {name: sentence for name, sentence in why.items() if sentence}

    def labels(self, recipe: Recipe) -> tuple[int, ...]:
        """The modes that a run asks for, where the classes of its denoiser are those of the data; raises BadOption."""
        from engines.sampling import parse_labels

        names, label = self.classes, str(recipe.options.get("label") or FREE)
        if not names or self.prior.classes != names:
            return ()
        return parse_labels(label, names, int(recipe.options.get("count") or 1))

    def aim(self, recipe: Recipe) -> Aim:
        """What a run aims at, or a form: all of the data where it asks for no class, or for one that there is not."""
        from engines.aim import Aim, classed

        options = recipe.options
        try:
            labels = self.labels(recipe)
        except WorkbenchError:  # the form says what is wrong
            return Aim()
        # on a way there and back, to another class, there is no single one
        turned = "there" in options and str(options["there"]).strip() != str(options.get("label")).strip()
        if not labels or turned or not classed(self.truth.mixture, self.classes):
            return Aim()
        guidance = options.get("guidance")
        return Aim.of(labels, 1.0 if guidance is None else float(guidance))


def aim_key(recipe: Recipe) -> str:
    """What tells an aim from others of the same data; "" for that of all data."""
    label = str(recipe.options.get("label") or FREE).strip()
    return "" if label == FREE else json.dumps([recipe.options.get(name) for name in DECIDE])
