"""Study: a question about diffusion, answered by measuring beside the exact answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, cast

from engines.component import Options, option
from engines.context import Context
from engines.events import Charted, Event, Measured
from engines.formula import Explanation
from engines.modality import Modality
from engines.studies.base import StudyChoice
from engines.studies.kl_gaussians import KLGaussians
from engines.tasks.base import Task
from engines.tasks.shared_options import seed_option


class StudyOptions(Options):
    """Which study, with its own options, and the chance in it."""

    study: StudyChoice = option(KLGaussians(), title="Study", widget="form", help="What is measured.")
    seed: int = seed_option("Decides all that is by chance.", group="")


class StudyTask(Task):
    """Run one study; its charts grow while it goes on."""

    name: ClassVar[str] = "study"
    title: ClassVar[str] = "Study"
    verb: ClassVar[str] = "Run"
    summary: ClassVar[str] = "Measure what theory says, and see both in one chart."
    workspace: ClassVar[str] = "points"
    modality: ClassVar[Modality] = Modality.POINTS
    place: ClassVar[int] = 60
    shown_as: ClassVar[str] = "charts"
    draws: ClassVar[bool] = False
    Form: ClassVar[type[Options]] = StudyOptions
    figures: ClassVar[Mapping[str, str]] = {"charts": "how many charts were drawn"}

    def title_of(self, options: Any) -> str:
        """“Posterior laboratory: two blobs”."""
        return cast(StudyOptions, options).study.called()

    def explained(self, options: Any) -> Explanation | None:
        """The formula of the study."""
        return Explanation.of(cast(StudyOptions, options).study)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield what the study tells: charts, and how far it is; then Measured with how many charts there are."""
        del context
        chosen, titles = cast(StudyOptions, options), set[str]()
        for told in chosen.study.run(chosen.seed):
            if isinstance(told, Charted):
                titles.add(told.chart.title)
            yield told
        yield Measured({"charts": len(titles)})
