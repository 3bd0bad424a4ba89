"""What a model is called where it is chosen: its name first, and what tells it from others of that name."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from engines.counted import counted
from engines.modality import Modality
from workbench.wording.words import megabytes

if TYPE_CHECKING:
    from engines.model_file import ModelFile


def called(models: Sequence[ModelFile], now: float | None = None) -> dict[str, str]:
    """What models found together are called, by their `choice`: “moons”, “my-mixture · 6 components · 16:58”.

    now: seconds since 1970 at which that is said.
    """
    told = {model.choice: _told(model, now) for model in models}
    times = Counter(told.values())
    return {model.choice: words if times[words] == 1 else _told(model, now, ":%S")
            for model, words in zip(models, told.values(), strict=True)}


def offered(model: ModelFile, name: str, size: int) -> str:
    """What a list of choices says of a model: of one of points, which are all small, what it learned.

    Args:
        name: what it is called; where that tells more than the model's own name, it is enough.
        size: of its file, in bytes.
    """
    if name != model.name:
        return name
    if model.spec.modality is not Modality.POINTS:
        return f"{name} · {megabytes(size)}"
    from engines.data.points.learned import learned_name

    learned = learned_name(model)
    return f"{name} · {learned}" if learned not in {"", name} else name


def titled(model: ModelFile, name: str) -> str:
    """The first line of a model's row: its title, or what tells it from others of its name, as `called` has it."""
    return name if name != model.name else model.title or model.name


def model_facts(model: ModelFile) -> str:
    """The second line of a model's row."""
    spec = model.spec
    what = f"{spec.size} × {spec.size} {'grey' if spec.channels == 1 else 'colour'}"
    if spec.modality is not Modality.IMAGE:
        what = f"{spec.modality.noun.capitalize()} {'on a line' if spec.channels == 1 else 'of the plane'}"
    classes = f" · {len(spec.classes)} classes" if spec.classes else ""
    return f"{what}{classes}"


def runs_of(models: Sequence[ModelFile]) -> dict[str, str]:
    """What is chosen behind names that several models share, “run/name” or a file, by itself: for a tooltip."""
    return {model.choice: model.choice for model in models if model.choice != model.name}


def _told(model: ModelFile, now: float | None, seconds: str = "") -> str:
    """A name that means one model alone stands by itself; another with what it is and when it was made."""
    if model.choice in {"", model.name}:
        return model.name
    from engines.model_names import written_at

    fitted = not model.spec.network.learns and model.spec.modality is Modality.POINTS
    what = "" if not fitted else counted(len(model.spec.classes), "component")
    return " · ".join(part for part in (model.name, what, _made(written_at(model), now, seconds)) if part)


def _made(then: float, now: float | None, seconds: str) -> str:
    """“16:58” of today, “3 May 16:58” of another day."""
    moment, today = time.localtime(then), time.localtime(now)
    clock = time.strftime(f"%H:%M{seconds}", moment)
    return clock if moment[:3] == today[:3] else f"{moment.tm_mday} {time.strftime('%b', moment)} {clock}"
