"""The model that an objective learns from, where it names one."""

from __future__ import annotations

from dataclasses import replace

from engines.checkpoint import load_model
from engines.context import Context
from engines.errors import BadOption
from engines.model_file import ModelSpec
from engines.model_list import resolve_model
from engines.training.objectives.base import Known, Objective, Setting


def known_to(objective: Objective, known: Known, spec: ModelSpec, context: Context) -> Known:
    """What is known, with the teacher that the objective names, after it was checked that it can learn so.

    spec: of the model to be. Raises BadOption when the objective does not fit it or the teacher is of another
    kind, BadCheckpoint when there is no such teacher.
    """
    if objective.outputs > spec.outputs:
        raise BadOption(f"The objective {objective.name} needs a network with {objective.outputs} outputs for each "
                        "number, which the model to be has not; choose the objective simple.")
    if objective.taught_by:
        recorded = context.fingerprints.get(objective.taught_by, "")
        model = load_model(resolve_model(objective.taught_by, context.models, recorded), context.device)
        for name in ("modality", "path", "classes", "size", "channels"):
            if getattr(model.spec, name) != getattr(spec, name):
                raise BadOption(f"The teacher “{objective.taught_by}” has another {name} than the model to be; choose "
                                "the same, or another teacher.")
        known = replace(known, teacher=model.denoiser)
    objective.check(Setting(spec.path, spec.prediction, known=known), spec.shape)
    return known
