"""The same sampling by diffusers, as a script in an environment of its own.

It imports nothing of this program. Its argument is the folder that `peer_folder.export`
wrote; each line it reads, “<loop> <first>”, makes it sample one batch from starting noise
number `first` on by the loop of that name, answer with the seconds that took, and leave
the images in the folder.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def made(folder: Path, about: dict[str, Any]) -> Callable[[str, int], tuple[Any, float]]:
    """A function of loop and first sample that gives a batch of images and the seconds it took."""
    torch, diffusers = importlib.import_module("torch"), importlib.import_module("diffusers")
    torch.set_num_threads(about["threads"])
    weights = importlib.import_module("safetensors.torch").load_file(folder / about["weights"])
    start, labels = weights.pop("start"), torch.tensor(about["labels"])
    network = diffusers.UNet2DModel(**about["config"]).eval()
    network.load_state_dict(weights)

    def sample(name: str, first: int) -> tuple[Any, float]:
        loop, which = about["loops"][name], slice(first, first + about["batch"])
        x, classes = start[which], labels[which]
        scheduler = getattr(diffusers, loop["scheduler"])(**loop["options"])
        scheduler.set_timesteps(loop["steps"])
        # fresh noise of its own, the same in every run
        generator = torch.Generator().manual_seed(first)
        began = time.perf_counter()
        with torch.no_grad():
            for n in scheduler.timesteps:
                output = network(x, torch.full((len(x),), loop["moments"][int(n)]), class_labels=classes).sample
                x = scheduler.step(output, n, x, generator=generator).prev_sample
        return x, time.perf_counter() - began

    return sample


def main(folder: Path) -> None:
    """Answer each line of standard input with the seconds of one round."""
    about = json.loads((folder / "peer.json").read_text(encoding="utf-8"))
    sample, save = made(folder, about), importlib.import_module("numpy").save
    sample(next(iter(about["loops"])), 0)  # a round to warm up
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        name, first = line.split()
        images, spent = sample(name, int(first))
        save(folder / about["result"], images.numpy())
        sys.stdout.write(f"{spent}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
