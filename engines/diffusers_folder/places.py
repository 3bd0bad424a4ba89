"""Where the parts of a folder lie: whole pipelines, early ones without sub-folders, and a network alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from engines.diffusers_folder.documents import Document, as_list, read_document
from engines.errors import BadCheckpoint
from engines.model_file import PICKLES

INDEX, CONFIG, SCHEDULER, CARD = "model_index.json", "config.json", "scheduler_config.json", "README.md"
WEIGHTS = "diffusion_pytorch_model"
PARTS = frozenset({"unet", "scheduler"})
LICENCE = re.compile(r"^licen[sc]e:[ \t]*[\"']?([\w.+-]{1,60})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Places:
    """root: the folder; config, weights: of its network; scheduler: its config, None where there is none."""

    root: Path
    config: Path
    weights: Path
    scheduler: Path | None

    @property
    def title(self) -> str:
        """What the model is called: the folder, or that around one that is only called “unet”."""
        return (self.root.parent if self.root.name == "unet" else self.root).name or "model"

    @property
    def licence(self) -> str:
        """That of the folder's card, "" where it has none or does not say."""
        try:
            with (self.root / CARD).open("rb") as file:
                found = LICENCE.search(file.read(4096).decode("utf-8", "replace"))
        except OSError:
            return ""
        return found.group(1) if found else ""


def folder_of(path: Path) -> Path | None:
    """The folder of diffusers that a path means: itself, or that of one of its files; None where it means none."""
    try:
        return _folder_of(path)
    except OSError:  # a name longer than any file's, or a place nobody may look at: no folder that could be used
        return None


def _folder_of(path: Path) -> Path | None:
    if path.is_file():
        if path.name not in {INDEX, CONFIG} and not path.name.startswith(f"{WEIGHTS}."):
            return None
        inside = path.parent.name == "unet" and (path.parent.parent / INDEX).is_file()
        path = path.parent.parent if inside else path.parent
    described = (path / INDEX).is_file() or (path / "unet" / CONFIG).is_file()
    return path if described or ((path / CONFIG).is_file() and any(path.glob(f"{WEIGHTS}*"))) else None


def places_of(folder: Path) -> Places:
    """Where everything is; raises BadCheckpoint for what is missing, is a pickle, or is another pipeline."""
    folder = folder.expanduser().absolute()
    whole = (folder / INDEX).is_file()
    if whole:
        _check_pipeline(read_document(folder / INDEX, folder))
    inner = folder / "unet" if (folder / "unet").is_dir() else folder
    config = inner / CONFIG
    if not config.is_file():
        raise BadCheckpoint(f"Folder “{folder.name}” has no “{_shown(config, folder)}”, which says what its network "
                            "is; choose a folder that diffusers has saved.")
    beside = [folder.parent / "scheduler"] if folder.name == "unet" else []
    schedulers = [place / SCHEDULER for place in (folder / "scheduler", folder, *beside)]
    scheduler = next((file for file in schedulers if file.is_file()), None)
    if whole and scheduler is None:
        raise BadCheckpoint(f"Folder “{folder.name}” has no “scheduler/{SCHEDULER}”, which its {INDEX} promises; copy "
                            "the folder again.")
    return Places(folder, config, _weights(inner, folder), scheduler)


def _check_pipeline(index: Document) -> None:
    """Refuse a pipeline with other learned parts than a network, or with another network."""
    parts = {key: as_list(value) for key, value in index.values.items() if any(as_list(value))}
    kind = str(index.get("_class_name", "pipeline"))[:60]
    other = sorted(parts.keys() - PARTS)
    if other:
        raise BadCheckpoint(f"“{index.name}” is that of a {kind} with a part “{other[0][:60]}”, and only a unet with "
                            "its scheduler can be used; choose the folder of a DDPMPipeline or DDIMPipeline.")
    network = parts.get("unet", [None])[-1]
    if network != "UNet2DModel":
        raise BadCheckpoint(f"“{index.name}” is that of a {kind} whose unet is {str(network)[:60]}, and only a "
                            "UNet2DModel can be used; choose the folder of a DDPMPipeline or DDIMPipeline.")


def _weights(inner: Path, folder: Path) -> Path:
    """The one file of weights that is safe to open."""
    file = inner / f"{WEIGHTS}.safetensors"
    variants = [file] if file.is_file() else sorted(inner.glob(f"{WEIGHTS}[.-]*.safetensors"))
    if len(variants) == 1 and variants[0].name.startswith(f"{WEIGHTS}."):
        return variants[0]
    if variants:
        raise BadCheckpoint(f"Folder “{folder.name}” has its weights in files such as “{variants[0].name}”; "
                            "save it again in one file.")
    if any(found.suffix.lower() in PICKLES for found in inner.iterdir()):
        raise BadCheckpoint(f"Folder “{folder.name}” has its weights in a pickle only, which can run code when opened; "
                            "save it again with safe_serialization=True.")
    raise BadCheckpoint(f"Folder “{folder.name}” has no “{_shown(file, folder)}”; copy the folder again with its "
                        "weights.")


def _shown(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix()
