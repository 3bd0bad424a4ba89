"""Checkpoint: a model's network and weights, saved to and loaded from a safetensors file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import safetensors.torch
import torch
from torch import nn

from engines.denoiser import NetworkDenoiser
from engines.device import Device
from engines.errors import BadCheckpoint, WorkbenchError
from engines.files import write_atomic
from engines.model_file import FORMAT, VERSION, ModelFile, ModelSpec, Part, check_part, read_header
from engines.process.paths import Path as ProbabilityPath


@dataclass(frozen=True, slots=True)
class Model:
    """A loaded model, ready to sample."""

    name: str
    title: str
    network: nn.Module
    denoiser: NetworkDenoiser
    path: ProbabilityPath
    spec: ModelSpec
    file: Path
    sha256: str


def build_network(spec: ModelSpec) -> nn.Module:
    """A new network of this spec, weights random; raises BadOption when its sizes do not fit."""
    return spec.network.build(spec.shape, len(spec.classes), spec.outputs)


def save_model(path: Path, network: nn.Module, spec: ModelSpec, *, half: bool = False,
               extra: Mapping[str, str] | None = None) -> None:
    """Write a model file atomically.

    Args:
        half: store float16 instead of float32.
        extra: further strings for the header, e.g. {"recipe": "…"}.
    """
    dtype = torch.float16 if half else torch.float32
    # channels_last is a matter of the device that computes; the file has the plain order
    weights = {name: w.detach().to("cpu", dtype).contiguous() for name, w in network.state_dict().items()}
    header = {**(extra or {}), "format": FORMAT, "version": str(VERSION), "spec": spec.model_dump_json()}
    write_atomic(path, safetensors.torch.save(weights, header))


def load_model(path: Path, device: Device) -> Model:
    """Load a model onto a device in float32, in evaluation mode; raises BadCheckpoint, also for a classifier."""
    found, network, sha256 = _loaded(path, device, Part.DENOISER)
    denoiser = NetworkDenoiser(network, found.spec.path, found.spec.prediction)
    return Model(found.name, found.title, network, denoiser, found.spec.path, found.spec, path, sha256)


def load_classifier(path: Path, device: Device) -> tuple[nn.Module, ModelSpec]:
    """Load a classifier of noisy data likewise: (x, t, None) -> logits; raises BadCheckpoint, also for a denoiser."""
    found, network, _ = _loaded(path, device, Part.CLASSIFIER)
    return network, found.spec


def _loaded(path: Path, device: Device, part: Part) -> tuple[ModelFile, nn.Module, str]:
    """What a file says of itself, its network, and the fingerprint of it."""
    found = read_header(path)
    check_part(found.spec, found.name, part)
    # read whole, once: the fingerprint is then of the very bytes that were loaded
    data = path.read_bytes()
    try:
        weights = safetensors.torch.load(data)
    except Exception as error:  # the parser raises a class of its own, and ValueError
        raise BadCheckpoint(f"“{path.name}” is damaged ({error}); copy it again.") from error
    # half precision is how a file is stored; on the CPU it would compute many times slower
    network = _filled(found, {name: w.float() for name, w in weights.items()})
    cast(Any, network).to(device.torch, memory_format=device.memory_format)
    network.eval().requires_grad_(False)
    return found, network, hashlib.sha256(data).hexdigest()


def _filled(found: ModelFile, weights: dict[str, torch.Tensor]) -> nn.Module:
    """The network of a file's spec with its weights; raises BadCheckpoint when they do not fit."""
    try:
        # without memory of its own: a header may claim a network of any size, whatever weights are there
        with torch.device("meta"):
            network = build_network(found.spec)
        network.load_state_dict(weights, assign=True)
    except (RuntimeError, WorkbenchError) as error:
        # ours says what does not fit; torch's names its own parts
        reason = f" ({str(error).rstrip('.')})" if isinstance(error, WorkbenchError) else ""
        raise BadCheckpoint(f"“{found.file.name}” holds the weights of another architecture than its header "
                            f"says{reason}; choose another model.") from error
    # every sample would be empty, without a word why
    broken = sum(int((~weight.isfinite()).sum()) for weight in weights.values())
    if broken:
        raise BadCheckpoint(f"“{found.file.name}” holds {broken:,} weights that are not finite numbers; "
                            "choose another model.")
    if fault := found.spec.network.fault(network):
        raise BadCheckpoint(f"“{found.file.name}” cannot be used, since {fault}; choose another model or fit it again.")
    return network
