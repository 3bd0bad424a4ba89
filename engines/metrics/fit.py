"""Make the shipped classifier: `python -m engines.metrics.fit FILE [EPOCHS]`.

It learns from the train and validation parts of the digits (9,000); the accuracy on
the test part (1,000), which it never sees, is written into the file's header.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any, cast

import numpy as np
import safetensors.torch
import torch
from torch import Tensor
from torch.nn import functional as F

from engines.data.digits import digits
from engines.data.imageset import ImageSet
from engines.data.order import batch_order
from engines.files import write_atomic
from engines.metrics.classifier import Classifier, look
from engines.training.draws import generator

BATCH, EPOCHS, RATE, SEED = 100, 25, 2e-3, 0
# at most: radians, half widths of the image (2 px), and two shares
ROTATION, TRANSLATION, SCALE, SHEAR = 0.2, 2 / 14, 0.12, 0.15


def fit(data: ImageSet, epochs: int = EPOCHS) -> Classifier:
    """Train on the train and validation parts, augmented by random affine maps; returns it in evaluation mode."""
    cast(Any, torch).manual_seed(SEED)
    network = Classifier()
    index = np.concatenate([data.train, data.validation])
    steps = epochs * len(index) // BATCH
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.01)
    for step in range(steps):
        for group in optimiser.param_groups:
            # a warm-up over 100 steps, then half a cosine to 0
            group["lr"] = RATE * min(1, (step + 1) / 100) * (1 + math.cos(math.pi * step / steps)) / 2
        x, labels = data.batch(index[batch_order(len(index), SEED, step * BATCH, BATCH)])
        loss = F.cross_entropy(network(random_affine(x, step)), labels, label_smoothing=0.05)
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        cast(Any, optimiser).step()
    return network.eval()


def random_affine(x: Tensor, step: int) -> Tensor:
    """Images (B, 1, H, W) each turned, moved, stretched and sheared a little; chance follows from the step."""
    source = generator(SEED, step, "bend")
    turn, shear, wide, high, right, down = 2 * torch.rand(6, len(x), generator=source) - 1
    cos, sin = (ROTATION * turn).cos(), (ROTATION * turn).sin()
    # the 2×3 matrix of affine_grid row by row; it says where in the image each place of the result is read
    rows = [cos * (1 + SCALE * wide), -sin + SHEAR * shear, TRANSLATION * right,
            sin, cos * (1 + SCALE * high), TRANSLATION * down]
    grid = F.affine_grid(torch.stack(rows, 1).reshape(-1, 2, 3), list(x.shape), align_corners=False)
    # shifted so that the zeros which fill the border are black
    return F.grid_sample(x + 1, grid, align_corners=False) - 1


def accuracy(network: Classifier, data: ImageSet) -> float:
    """Share of the test part that is recognised."""
    x, labels = data.batch(data.test)
    return float((look(network, x).labels == labels.numpy()).mean())


def main(arguments: list[str]) -> None:
    """Fit and write the weights (float16) to the file named first; epochs may follow."""
    epochs = int(arguments[1]) if len(arguments) > 1 else EPOCHS
    data = digits()
    network = fit(data, epochs)
    weights = {name: w.half() if w.is_floating_point() else w for name, w in network.state_dict().items()}
    header = {"format": "diffusion-workbench classifier", "licence": data.licence, "data": data.source,
              "command": f"python -m engines.metrics.fit FILE {epochs}",
              "test accuracy": f"{accuracy(network, data):.4f}"}
    write_atomic(Path(arguments[0]), safetensors.torch.save(weights, header))


if __name__ == "__main__":
    main(sys.argv[1:])
