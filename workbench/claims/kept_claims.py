"""What was measured of the program's claims, when, and with which version of it: kept in the data folder."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engines.checks.claim import Claim
from engines.checks.written import claim_of, document
from engines.errors import BadInput
from engines.files import write_atomic

VERSION = 1


@dataclass(frozen=True, slots=True)
class Stated:
    """A claim of a group; without figures until it is measured."""

    group: str
    claim: Claim

    @property
    def key(self) -> str:
        """What it is asked for by, as `main.py check --claim` takes it."""
        return f"{self.group}/{self.claim.name}"


@dataclass(frozen=True, slots=True)
class Kept(Stated):
    """A claim as it was measured.

    when: seconds since 1970; program: the version that was measured, "" where it has none.
    """

    when: float
    program: str


def save_claims(file: Path, kept: Iterable[Kept]) -> None:
    """Write what was measured, atomically; raises DiskFull or BadInput."""
    claims = [{"group": each.group, "when": each.when, "program": each.program, "claim": document(each.claim)}
              for each in kept]
    text = json.dumps({"version": VERSION, "claims": claims}, ensure_ascii=False, allow_nan=False)
    write_atomic(file, text.encode())


def load_claims(file: Path) -> tuple[Kept, ...]:
    """What was measured last, nothing before the first time; raises BadInput for a file that is damaged."""
    try:
        values: Any = json.loads(file.read_text(encoding="utf-8"))
        return tuple(Kept(str(each["group"]), claim_of(each["claim"]), float(each["when"]), str(each["program"]))
                     for each in values["claims"])
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, BadInput) as error:
        raise BadInput("The figures of the last check cannot be read; run all checks again.") from error
