"""A small convolutional classifier of digits, and the features in which distances are measured."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from torch import Tensor, nn

FILE = Path(__file__).resolve().parents[2] / "resources" / "metrics" / "digits_classifier.safetensors"
FEATURES = 64


class Classifier(nn.Module):
    """Two stages of two convolutions each, 64 features, 10 classes; input (B, 1, 28, 28) in [−1, 1]."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(*_stage(1, 32), *_stage(32, 64), nn.Flatten(), nn.Dropout(0.3),
                                  nn.Linear(64 * 7 * 7, FEATURES), nn.ReLU())
        self.head = nn.Linear(FEATURES, 10)

    def features(self, x: Tensor) -> Tensor:
        """(B, 1, 28, 28) -> (B, 64), what the last layer sees."""
        return self.body(x)

    def forward(self, x: Tensor) -> Tensor:
        """(B, 1, 28, 28) -> logits (B, 10)."""
        return self.head(self.body(x))


def _stage(inputs: int, outputs: int) -> list[nn.Module]:
    """Two normalised convolutions, then half the size."""
    return [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(),
            nn.MaxPool2d(2)]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the classifier makes of images: labels (N,) int64 and features (N, 64) float64."""

    labels: np.ndarray
    features: np.ndarray


@cache
def bundled_classifier() -> Classifier:
    """The shipped classifier in evaluation mode on the CPU."""
    network = Classifier()
    # BatchNorm also counts its batches, in whole numbers
    network.load_state_dict({name: w.float() if w.is_floating_point() else w
                             for name, w in safetensors.torch.load(FILE.read_bytes()).items()})
    return network.eval().requires_grad_(False)


@torch.no_grad()
def look(network: Classifier, images: Tensor, batch: int = 250) -> Seen:
    """Classify images (N, 1, 28, 28) in [−1, 1]."""
    features = torch.cat([network.features(images[k:k + batch]) for k in range(0, len(images), batch)])
    return Seen(network.head(features).argmax(1).numpy(), features.double().numpy())
