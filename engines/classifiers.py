"""The classifier that a run is guided by, by its name."""

from __future__ import annotations

from dataclasses import dataclass

from engines.checkpoint import load_classifier
from engines.context import Context
from engines.errors import BadOption
from engines.guidance.classifier import NetworkClassifier, NoisyClassifier
from engines.modality import Modality
from engines.model_file import ModelSpec, Part
from engines.model_list import find_models, known_model
from engines.process.paths import Path

BUNDLED_CLASSIFIER = "digits-classifier"


@dataclass(frozen=True, slots=True)
class Classified:
    """What a classifier has to fit: the data and their shape, the path, and the denoiser’s classes, () for none."""

    modality: Modality
    shape: tuple[int, ...]
    path: Path
    classes: tuple[str, ...]

    @classmethod
    def of(cls, spec: ModelSpec) -> Classified:
        """That of a model."""
        return cls(spec.modality, spec.shape, spec.path, spec.classes)


def open_classifier(name: str, context: Context, model: Classified) -> NoisyClassifier | None:
    """The classifier of that name or file for a model, None for no name.

    Raises BadCheckpoint where there is none, BadOption for one of other data, of another path, or of other classes.
    """
    if not name:
        return None
    file = known_model(name, context.models, context.fingerprints.get(name, ""), Part.CLASSIFIER).file
    network, spec = load_classifier(file, context.device)
    if why := misfit(name, spec, model):
        raise BadOption(why)
    return NetworkClassifier(network, spec.path, spec.classes)


def bundled_or_noted(name: str, context: Context, model: Classified) -> tuple[NoisyClassifier | None, str]:
    """The classifier of that name, or None and a sentence where there is none to be had.

    That is so for no name, and for the bundled one, which is chosen unless another is, where it does not fit or the
    program came without it. Raises as `open_classifier`.
    """
    if not name:
        return None, "No classifier was chosen, so what one would do is left out."
    known = {found.choice: found.spec for found in find_models(context.models, Part.CLASSIFIER)}
    if name == BUNDLED_CLASSIFIER and (name not in known or misfit(name, known[name], model)):
        return None, f"No classifier “{name}” fits here, so what it would do is left out; train one and choose it."
    return open_classifier(name, context, model), ""


def misfit(name: str, spec: ModelSpec, model: Classified) -> str:
    """Why a classifier of that name cannot guide a model, as a sentence; "" where it can."""
    if spec.modality is not model.modality or spec.shape != model.shape:
        return (f"Classifier “{name}” sees {spec.modality.noun} of {spec.shape} and the model makes "
                f"{model.modality.noun} of {model.shape}; choose another classifier.")
    if spec.path != model.path:
        return (f"Classifier “{name}” learned on the path {spec.path.title} and the model is on "
                f"{model.path.title}; choose another, or train one on that path.")
    if model.classes and model.classes != spec.classes:
        return (f"Classifier “{name}” tells other classes than the model knows; choose one that was trained on "
                "the same data.")
    return ""
