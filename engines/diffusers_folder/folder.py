"""A folder in the format of diffusers as a model of our own: its spec, and its weights under our names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import safetensors.torch
import torch
from torch import Tensor

from engines.checkpoint import build_network, save_model
from engines.diffusers_folder.documents import read_document
from engines.diffusers_folder.network import network_of
from engines.diffusers_folder.places import Places, places_of
from engines.diffusers_folder.schedule import schedule_of
from engines.errors import BadCheckpoint
from engines.model_file import ModelSpec, raw_header
from engines.networks.diffusers_map import from_diffusers

NO_FREE = "It was trained with a class for every image, so samples without a class mean little; choose a class."


@dataclass(frozen=True, slots=True)
class Converted:
    """A model from elsewhere.

    spec: what it is; weights: of the network of that spec, as they are stored; remarks: what is otherwise here than
    where it comes from, one sentence each.
    """

    spec: ModelSpec
    weights: Mapping[str, Tensor]
    remarks: tuple[str, ...] = ()

    def save(self, file: Path, extra: Mapping[str, str] | None = None) -> None:
        """Write it as a model file, in half precision where it comes so; raises DiskFull or NotWritable.

        extra: further strings for its header.
        """
        network = _filled(self.spec, self.weights)
        half = all(weight.dtype is torch.float16 for weight in self.weights.values())
        save_model(file, network, self.spec, half=half, extra=extra)


def converted(folder: Path) -> Converted:
    """Read a folder with `model_index.json`, or one with the config and weights of a network alone.

    Its U-Net then gives for t = (k + 1)/N what theirs gives for step k, and its path has their noise levels there.

    Args:
        folder: that of a pipeline of a UNet2DModel and a scheduler, or of the network alone.

    Raises:
        BadCheckpoint: something is missing, damaged, a pickle, or of an architecture or schedule that ours is not.
    """
    places = places_of(folder)
    schedule = schedule_of(None if places.scheduler is None else read_document(places.scheduler, places.root))
    config = read_document(places.config, places.root)
    network, shape = network_of(config, len(schedule.path.betas))
    if (shape.outputs == 2) is not schedule.learned:
        learned = "learns a variance" if schedule.learned else "learns no variance in a range"
        raise BadCheckpoint(f"“{config.name}” has {shape.outputs * shape.channels} out_channels for {shape.channels} "
                            f"in_channels, and its scheduler {learned}; choose another model.")
    spec = ModelSpec(
        title=places.title, channels=shape.channels, size=shape.size, outputs=shape.outputs, network=network,
        classes=tuple(str(k) for k in range(shape.classes)), prediction=schedule.prediction, path=schedule.path,
        licence=places.licence, data=f"Folder “{places.title}” in the format of diffusers")
    weights = _weights(places, spec)
    return Converted(spec, weights, schedule.remarks + ((NO_FREE,) if shape.classes else ()))


def _weights(places: Places, spec: ModelSpec) -> dict[str, Tensor]:
    """Those of the file under our names; raises BadCheckpoint where they do not fit the network or are no numbers."""
    raw_header(places.weights)  # a pickle by another name, or a file cut short
    try:
        theirs = safetensors.torch.load(places.weights.read_bytes())
    except Exception as error:  # the parser raises a class of its own, and ValueError
        raise BadCheckpoint(f"“{places.weights.name}” is damaged; copy it again.") from error
    broken = [name for name, weight in theirs.items() if not weight.is_floating_point() or not _finite(weight)]
    if broken:
        raise BadCheckpoint(f"Weight “{broken[0]}” of “{places.weights.name}” holds what are not finite numbers; "
                            "choose another model.")
    with torch.device("meta"):
        wanted = build_network(spec).state_dict()
    ours = from_diffusers(theirs, wanted)
    if spec.classes:
        # the row of “no class”, which adds nothing to what the time says
        ours["labels.weight"] = torch.cat([ours["labels.weight"], torch.zeros_like(ours["labels.weight"][:1])])
    for name, weight in ours.items():
        if weight.shape != wanted[name].shape:
            raise BadCheckpoint(f"Weight “{name}” of “{places.weights.name}” is of shape {tuple(weight.shape)}, and "
                                f"the config asks for {tuple(wanted[name].shape)}; choose another model.")
    return ours


def _finite(weight: Tensor) -> bool:
    return bool(weight.isfinite().all())


def _filled(spec: ModelSpec, weights: Mapping[str, Tensor]) -> torch.nn.Module:
    with torch.device("meta"):
        network = build_network(spec)
    network.load_state_dict(dict(weights), assign=True)
    return network
