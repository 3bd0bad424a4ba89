"""The same sampling by diffusers, as a script in an environment of its own.

It imports nothing of this program. Its argument is the folder that `OurSampling.export`
wrote; for each line it reads it samples once and answers with the seconds that took.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any


def made(folder: Path, about: dict[str, Any]) -> Any:
    """A function that samples once and returns the images."""
    torch, diffusers = importlib.import_module("torch"), importlib.import_module("diffusers")
    torch.set_num_threads(about["threads"])
    weights = importlib.import_module("safetensors.torch").load_file(folder / about["weights"])
    start, labels = weights.pop("start"), torch.tensor(about["labels"])
    network = diffusers.UNet2DModel(**about["config"]).eval()
    network.load_state_dict(weights)
    betas = importlib.import_module("numpy").array(about["betas"])
    # no clipping and a last step to alpha-bar 1, as in our sampler
    scheduler = diffusers.DDIMScheduler(num_train_timesteps=len(betas), trained_betas=betas, clip_sample=False,
                                        set_alpha_to_one=True, prediction_type=about["prediction"])
    scheduler.set_timesteps(len(betas))

    def sample() -> Any:
        x = start
        with torch.no_grad():
            for moment, n in zip(about["timesteps"], scheduler.timesteps, strict=True):
                output = network(x, torch.full((len(x),), moment), class_labels=labels).sample
                x = scheduler.step(output, n, x).prev_sample
        return x

    return sample


def main(folder: Path) -> None:
    """Answer each line of standard input with the seconds of one round."""
    about = json.loads((folder / "peer.json").read_text(encoding="utf-8"))
    sample = made(folder, about)
    importlib.import_module("numpy").save(folder / about["result"], sample().numpy())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for _ in sys.stdin:
        began = time.perf_counter()
        sample()
        sys.stdout.write(f"{time.perf_counter() - began}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
