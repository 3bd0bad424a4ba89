"""BM3D on noisy photographs, as a script in an environment of its own.

It imports nothing of this program. Its argument is the folder in which `denoising.write_about` said what is wanted: it
puts the photographs of scikit-image there, and each line it reads, “bm3d <number>”, makes it denoise the picture of
that number by colour BM3D (Dabov et al. 2007) in its usual profile, leave the result in the folder and answer with the
seconds that took. All pictures are arrays (H, W, 3), the photographs uint8, the others float32 from 0 to 1.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import sys
import time
from pathlib import Path
from typing import Any


def give(folder: Path, about: dict[str, Any]) -> None:
    """Write the photographs, by number, and the version of BM3D."""
    numpy, data = importlib.import_module("numpy"), importlib.import_module("skimage.data")
    for k, name in enumerate(about["pictures"]):
        numpy.save(folder / f"truth-{k}.npy", getattr(data, name)())
    (folder / about["version"]).write_text(importlib.metadata.version("bm3d"), encoding="utf-8")


def denoise(folder: Path, which: int, sigma: float) -> float:
    """Denoise a picture whose noise has the standard deviation sigma; returns the seconds."""
    numpy, bm3d = importlib.import_module("numpy"), importlib.import_module("bm3d")
    noisy = numpy.load(folder / f"noisy-{which}.npy", allow_pickle=False)
    began = time.perf_counter()
    found = bm3d.bm3d_rgb(noisy, sigma)
    spent = time.perf_counter() - began
    numpy.save(folder / f"result-{which}.npy", found.astype("float32"))
    return spent


def main(folder: Path) -> None:
    """Give the photographs, then answer each line of standard input with the seconds of one picture."""
    about, answers = json.loads((folder / "peer.json").read_text(encoding="utf-8")), sys.stdout
    sys.stdout = sys.stderr  # for whatever the library prints
    give(folder, about)
    answers.write("ready\n")
    answers.flush()
    for line in sys.stdin:
        _, which = line.split()
        answers.write(f"{denoise(folder, int(which), about['sigma'])}\n")
        answers.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
