"""What was open, so that the next start looks like the last end."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from math import isfinite
from pathlib import Path
from typing import Any

from engines.files import write_atomic

RECENT = 12  # files, as many as a menu shows without scrolling
VERSION = 1
FILES = "files"  # of the drafts, in the place of a workspace


@dataclass(frozen=True, slots=True)
class Session:
    """The state of the window.

    workspace: name of the open one; theme: "dark", "light" or "system"; geometry and
    layout: bytes of QMainWindow.saveGeometry and saveState; options: values of each
    task's form by task name; recent: files, newest first; run: id of the one on the
    canvas; extra: anything else a part of the window keeps, by its name; tasks: the one last used in
    each workspace; step of the run on the canvas, −1 for its latest; view: name of the way to look at
    it; sample: the selected one, −1 for none; places: what each workspace keeps of itself, by its name.
    """

    workspace: str = ""
    theme: str = "system"
    geometry: bytes = b""
    layout: bytes = b""
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    recent: tuple[str, ...] = ()
    run: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])
    tasks: Mapping[str, str] = field(default_factory=dict[str, str])
    step: int = -1
    view: str = ""
    sample: int = -1
    places: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])

    @property
    def drafted(self) -> bool:
        """Whether it has something that no run has taken yet, such as a picture with its mask."""
        return any(place.get(FILES) for place in self.places.values())

    def with_recent(self, file: Path | str) -> Session:
        """A copy with a file on top of the recent ones."""
        rest = [name for name in self.recent if name != str(file)]
        return replace(self, recent=(str(file), *rest)[:RECENT])


def save_session(file: Path, session: Session) -> None:
    """Write a session atomically as JSON; raises DiskFull or BadInput."""
    values = {**asdict(session), "version": VERSION}
    for name in ("geometry", "layout"):
        values[name] = base64.b64encode(values[name]).decode("ascii")
    write_atomic(file, json.dumps(values, ensure_ascii=False, indent=1, default=str).encode())


def load_session(file: Path) -> tuple[Session, str]:
    """The saved session and "", or the defaults and a sentence when it cannot be used.

    A first start, with no file, is no reason for a sentence.
    """
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        return _session(values), ""
    except FileNotFoundError:
        return Session(), ""
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        return Session(), f"The last session in “{file}” cannot be read ({reason}), so the window starts afresh."


def finite(*values: float) -> bool:
    """Whether numbers of a session can be worked with; JSON has whole ones that are too large for it."""
    try:
        return isfinite(sum(values))
    except OverflowError:
        return False


def _session(values: Any) -> Session:
    """A session from parsed JSON; raises ValueError or TypeError where a part is of another kind."""
    if not isinstance(values, dict):
        raise ValueError("it is not a table")
    # names of a newer program are passed over, missing ones keep their defaults
    known = {f.name: values[f.name] for f in fields(Session) if f.name in values}
    for name in ("geometry", "layout"):
        known[name] = _decoded(known.get(name, ""))
    known["recent"] = tuple(str(name) for name in known.get("recent", ()))
    known["options"] = {str(task): dict(options) for task, options in dict(known.get("options", {})).items()}
    known["extra"] = dict(known.get("extra", {}))
    known["tasks"] = {str(space): str(task) for space, task in dict(known.get("tasks", {})).items()}
    known["places"] = {str(space): dict(place) for space, place in dict(known.get("places", {})).items()}
    for name in ("step", "sample"):
        if not isinstance(known.get(name, -1), int):
            raise ValueError(f"{name} is not a whole number")
    for name in ("workspace", "theme", "run", "view"):
        if not isinstance(known.get(name, ""), str):
            raise ValueError(f"{name} is not a text")
    return Session(**known)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"the layout is damaged: {error}") from error
