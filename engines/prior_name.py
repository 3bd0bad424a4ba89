"""The model that a run draws with, read from its options alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

EXACT = "exact"  # in place of a model: the denoiser of the data's own density
OPTIONS = ("model", "prior")  # of tasks on images, and on points


def prior_name(options: Mapping[str, Any]) -> str:
    """The name or file of the model, "" where the options name none or the exact denoiser."""
    named = next((str(options[name]) for name in OPTIONS if options.get(name)), "")
    return "" if named == EXACT else named
