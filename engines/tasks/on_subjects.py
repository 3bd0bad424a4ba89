"""What tasks have in common that measure how well a model knows pictures of integer levels."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, ClassVar, cast

from engines.checkpoint import Model
from engines.component import Options, option
from engines.context import Context
from engines.events import Event, Said
from engines.model_file import ModelSpec
from engines.model_names import spoken
from engines.sampling import find_model, open_model
from engines.tasks.base import SAMPLED, Task
from engines.tasks.generate import TOGETHER
from engines.tasks.shared_options import model_option, seed_option
from engines.tasks.subjects import HeldOut, SubjectChoice, Subjects

# figures of what is measured, besides its mean in bits
OF_PICTURES = {
    "bits_error": "its standard error", "nll": "the same in nats for a whole picture",
    "nll_error": "its standard error", "nfe": "network evaluations that each picture took",
    "sha256": SAMPLED["sha256"], "times": "t of each column of the strip"}


def count_option(default: int) -> Any:
    """How many are measured."""
    return option(default, title="Count", ge=1, le=TOGETHER, group="Samples",
                  help="How many pictures, or how often one is measured; the error falls with its square root.")


class SubjectOptions(Options):
    """Which model, and on what."""

    model: str = model_option()
    pictures: SubjectChoice = option(HeldOut(), title="Pictures", help="What the model is measured on.")
    count: int = count_option(16)
    seed: int = seed_option("Decides the pictures, and all other chance.")


class OnSubjects(Task):
    """A measurement whose steps are those from pictures to noise; its Form is one of `SubjectOptions`."""

    verb: ClassVar[str] = "Measure"
    workspace: ClassVar[str] = "images"
    shows_course: ClassVar[bool] = True
    needs_state: ClassVar[bool] = False

    def check(self, options: Any, files: Mapping[str, bytes], model: ModelSpec | None) -> None:
        """Refuse a picture that is none, and classes that the model does not know."""
        chosen = cast(SubjectOptions, options)
        if model is not None:
            chosen.pictures.pictures(model, files, 1, chosen.seed)

    def begun(self, chosen: SubjectOptions, context: Context) -> Generator[Event, None, tuple[Model, Subjects]]:
        """Yield Noted and Said; the model and the pictures are the generator's value.

        Raises BadCheckpoint or BadInput.
        """
        # a bad picture is told before the time is spent on loading the model
        spec = find_model(chosen.model, context).spec
        found = chosen.pictures.pictures(spec, context.files, chosen.count, chosen.seed)
        yield from self.unmeant(spec.learnt)
        yield Said(f"Loading model {spoken(chosen.model)}")
        return open_model(chosen.model, context), found
