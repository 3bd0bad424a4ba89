"""deepinv's restoration of the same pictures, as a script in an environment of its own.

Its argument is the folder in which `restoring` said what is wanted. Each line it reads, “<method> <number>”,
makes it restore the problem of that number by deepinv's method of that name, leave the result in the folder and answer
with the seconds of one network call, all else of the method included. “operator <number>” applies deepinv's operator
and its adjoint instead. The network is this program's own, loaded by its own code, so that both sides compute the same
function. Pictures and measurements are float32 with black at 0 and white at 1, as deepinv has them.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

ROOT = Path(__file__).resolve().parents[2]
UNBUILT = ("nms", "qnms")  # operators of torchvision that it says it has
SHAPE_OF_UNBUILT = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"


def deepinv() -> Any:
    """The library, also where torchvision was built for another torch, whose own operators nothing here uses."""
    try:
        importlib.import_module("torchvision")
    except RuntimeError:
        # it stops at the first operator whose binary it could not load, so these are said to exist
        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]
        for name in UNBUILT:
            torch.library.define(f"torchvision::{name}", SHAPE_OF_UNBUILT)
    return importlib.import_module("deepinv")


class Asked(torch.nn.Module):
    """A model of this program as deepinv calls a denoiser: pictures from 0 to 1, and their noise in those units."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model, self.calls = model, 0

    def forward(self, x: Tensor, sigma: Any, **_: Any) -> Tensor:
        """x0_hat of pictures x (B, C, H, W) that all have the same noise; of none themselves, without a call."""
        level = 2 * float(torch.as_tensor(sigma).flatten()[0])
        if level <= 0:
            return x
        self.calls += 1
        path = self.model.path
        t = path.t_at_kappa(level).clamp(max=path.t_max)
        state = path.alpha(t).to(torch.float32) * (2 * x.to(torch.float32) - 1)
        return cast(Tensor, (self.model.denoiser(state, t) + 1) / 2)


def operators(library: Any, about: dict[str, Any], arrays: dict[str, Tensor]) -> Any:
    """deepinv's operator of a problem: of a mask, a blur, a downsampling or some of the frequencies."""
    physics, shape = library.physics, tuple(about["shape"])
    noise = physics.GaussianNoise(about["noise"])
    if about["kind"] == "mask":
        return physics.Inpainting(img_size=shape, mask=arrays["mask"], noise_model=noise)
    if about["kind"] == "blur":
        return physics.BlurFFT(img_size=shape, filter=arrays["kernel"][None, None], noise_model=noise)
    if about["kind"] == "frequencies":
        # its zero frequency is in the middle
        return physics.MRI(img_size=(2, *shape[1:]), mask=torch.as_tensor(np.fft.fftshift(arrays["mask"].numpy())))
    return physics.Downsampling(img_size=shape, filter=arrays["kernel"][None, None], factor=about["factor"],
                                noise_model=noise)


def decomposed(library: Any, physics: Any, shape: tuple[int, ...]) -> Any:
    """A downsampling with its singular vectors, which deepinv's has not and its DDRM asks for.

    Its kernel is an outer product, so that A x = M x Mᵀ for squares x, and the vectors are those of M.
    """
    side = shape[-1]
    lines = torch.eye(side)[:, None, :, None].expand(side, shape[0], side, side)
    left, values, right = np.linalg.svd(physics.A(lines.contiguous())[:, 0, :, 0].T.numpy())
    few = len(values)
    every = np.pad(values, (0, side - few))
    u, v = torch.as_tensor(left), torch.as_tensor(right)

    def to_measurement(coefficients: Tensor) -> Tensor:
        return u @ coefficients[..., :few, :few] @ u.mT

    def to_coefficients(y: Tensor) -> Tensor:
        return torch.nn.functional.pad(u.mT @ y @ u, (0, side - few, 0, side - few))

    def to_picture(coefficients: Tensor) -> Tensor:
        return v.mT @ coefficients @ v

    def of_picture(x: Tensor) -> Tensor:
        return v @ x @ v.mT

    mask = torch.as_tensor(np.outer(every, every)).expand(1, *shape).contiguous()
    return library.physics.DecomposablePhysics(U=to_measurement, U_adjoint=to_coefficients, V=to_picture,
                                               V_adjoint=of_picture, mask=mask, noise_model=physics.noise_model)


def restored(library: Any, method: str, asked: Asked, physics: Any, problem: dict[str, Any], y: Tensor) -> Tensor:
    """One picture for each measurement y, by as many calls as wanted, with deepinv's own settings of the method."""
    calls, sampling = problem["calls"], library.sampling
    if method == "ddrm":
        if problem["kind"] == "downsampling":
            physics = decomposed(library, physics, tuple(problem["shape"]))
        # its levels fall evenly from 1; the last one is 0, which takes no call
        return sampling.DDRM(asked, sigmas=np.linspace(1, 0, calls + 1))(y, physics)
    if method == "diffpir":
        fidelity = library.optim.data_fidelity.L2()
        return sampling.DiffPIR(asked, fidelity, sigma=problem["noise"], max_iter=calls)(y, physics)
    guidance = "annealed" if method == "dps-annealed" else "norm"
    rng = torch.Generator().manual_seed(problem["seed"])
    # times are one more than steps
    return sampling.DPS(asked, num_steps=calls + 1, guidance=guidance, rng=rng)(
        y, physics, x_init=tuple(len(y) if k == 0 else n for k, n in enumerate((0, *problem["shape"]))))


def give(folder: Path, about: dict[str, Any]) -> None:
    """Write the photographs of scikit-image, (H, W, 3) uint8, by name, and the version of deepinv."""
    for name in about["photographs"]:
        np.save(folder / f"photograph-{name}.npy", getattr(importlib.import_module("skimage.data"), name)())
    (folder / about["version"]).write_text(importlib.metadata.version("deepinv"), encoding="utf-8")


def made(folder: Path, about: dict[str, Any]) -> Callable[[str, int], float]:
    """A function of method and number that leaves the result, and returns the seconds for each call."""
    sys.path.insert(0, str(ROOT))
    checkpoint, devices = importlib.import_module("engines.checkpoint"), importlib.import_module("engines.device")
    library = deepinv()
    torch.set_num_threads(about["threads"])
    models = {name: checkpoint.load_model(Path(file), devices.device("cpu")) for name, file in about["models"].items()}

    def answer(method: str, which: int) -> float:
        problem, arrays = problem_of(folder, which)
        physics = operators(library, problem, arrays)
        if method == "operator":
            np.savez(folder / about["result"], **applied(problem, physics, arrays))
            return 0.0
        cast(Any, torch).manual_seed(problem["seed"])
        asked = Asked(models[problem["model"]])
        began = time.perf_counter()
        found = restored(library, method, asked, physics, problem, arrays["y"])
        spent = time.perf_counter() - began
        np.savez(folder / about["result"], x=found.detach().float().numpy(), calls=asked.calls)
        return spent / asked.calls

    return answer


def problem_of(folder: Path, which: int) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """What is said of a problem, and its arrays."""
    with np.load(folder / f"problem-{which}.npz", allow_pickle=False) as stored:
        arrays = {name: torch.as_tensor(stored[name]) for name in stored.files}
    return json.loads((folder / f"problem-{which}.json").read_text(encoding="utf-8")), arrays


def applied(problem: dict[str, Any], physics: Any, arrays: dict[str, Tensor]) -> dict[str, Any]:
    """A x and Aᵀ y of the arrays x and y; of frequencies, whose measurements are stored otherwise, AᵀA x alone."""
    x, y = arrays["x"], arrays["y"]
    if problem["kind"] == "frequencies":
        return {"normal": physics.A_adjoint(physics.A(torch.cat([x, torch.zeros_like(x)], 1)))[:, :1].numpy()}
    return {"forward": physics.A(x).numpy(), "adjoint": physics.A_adjoint(y).numpy()}


def main(folder: Path) -> None:
    """Answer each line of standard input with the seconds of one call."""
    about, answers = json.loads((folder / "peer.json").read_text(encoding="utf-8")), sys.stdout
    sys.stdout = sys.stderr  # for whatever the library prints
    warnings.simplefilter("ignore")  # which nobody reads, and a full pipe would stop the script
    give(folder, about)
    answer = made(folder, about)
    answers.write("ready\n")
    answers.flush()
    for line in sys.stdin:
        method, which = line.split()
        answers.write(f"{answer(method, int(which))}\n")
        answers.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
