"""What a run that diverged can be run with instead, where its sentence names a number."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engines.recipe import Recipe


def calmed(recipe: Recipe) -> tuple[str, Recipe] | None:
    """Words for a button and the recipe it runs; None where its sampler knows no number that would help."""
    from engines.samplers.base import Sampler
    from engines.tasks.base import options_of

    options = options_of(recipe)
    sampler = getattr(options, "sampler", None)
    if not isinstance(sampler, Sampler) or not (changes := sampler.calmed()):
        return None
    fields, values = type(sampler).model_fields, options.model_dump(mode="json")
    words = " and ".join(f"{(fields[name].title or name).lower()} {value:g}" for name, value in changes.items())
    return f"Run with {words}", replace(recipe, options={**values, "sampler": {**values["sampler"], **changes}})
