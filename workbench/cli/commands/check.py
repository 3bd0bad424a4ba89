"""`main.py check`: does the program do what it claims, on this machine, now?"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from workbench.cli.command import DONE, FAILED, STOPPED, Command, add_machine_flags
from workbench.cli.terminal import Terminal, finite
from workbench.cli.writing import prepared, write_document

if TYPE_CHECKING:
    from engines.checks.claim import Claim, Statement
    from engines.checks.registry import Group


class Check(Command):
    """Every claim: what was measured, what is expected, how far it may be off."""

    name: ClassVar[str] = "check"
    document: ClassVar[str] = ("claims (each with name, kind, measured, expected, tolerance, ok, and where it has them "
                               "sentence, figures, variants of a formula and plot) and ok, whether all hold; exit "
                               "code 1 when one does not; absent: why some could not be measured here, for each; "
                               "after Ctrl-C also stopped; with --list the claims have no figures, and their group")
    examples: ClassVar[tuple[str, ...]] = ("", "--only formula", "--only repaint --json", "--list --only ddim")
    summary: ClassVar[str] = "Verify the program’s claims: samplers against closed forms, identities, repeats."

    def add_flags(self, parser: argparse.ArgumentParser) -> None:
        """Which claims, and the machine."""
        *most, last = groups()
        parser.add_argument("--only", metavar="WORDS", default="",
                            help="claims whose name or kind contains this, or the name of a group: "
                                 f"{', '.join(most)} or {last}")
        parser.add_argument("--claim", metavar="GROUP/NAME", action="append",
                            help="one claim by its group and whole name; may be given several times")
        parser.add_argument("--list", action="store_true", help="say what is claimed, and measure nothing")
        parser.add_argument("--each", action="store_true",
                            help="with --json: before the document a line of JSON for each group as it begins (group, "
                                 "about, index, of) and for each claim as it is measured (claim, group), or as it is "
                                 "listed (stated, group)")
        parser.add_argument("--out", metavar="DIR", help="also write check.json into this folder")
        add_machine_flags(parser)

    def run(self, args: argparse.Namespace, terminal: Terminal) -> int:
        """Check claim by claim; 0 when all hold, 1 otherwise. Raises BadInput for an unknown claim or device."""
        terminal.status("Starting…")
        from engines.checks import registry
        from engines.device import device
        from engines.threads import use_threads

        device(args.device)
        known = registry.named(args.claim) if args.claim else registry.groups(args.only)
        prepared(args.out)
        if args.list:
            return listed(known, args, terminal)
        if args.threads:
            use_threads(args.threads)
        # which there are is known before any is measured
        total = sum(1 for _ in stated(known, args.only))
        found = list[Any]()
        # a claim may take half a minute and leaves nothing behind, so Ctrl-C breaks it off
        with contextlib.suppress(KeyboardInterrupt):
            for claim in measured(known, args.only, terminal, each=args.each):
                found.append(claim)
                terminal.status(f"{len(found)} of {total} checked; {claim}")
        stopped = terminal.interrupt.pressed
        report(found, args.out, terminal, stopped=stopped, absent=[group.absent for group in known if group.absent])
        return STOPPED if stopped else DONE if all(claim.ok for claim in found) else FAILED


def groups() -> list[str]:
    """The names of all groups of claims, told by their files alone: a help text must not wait until those are read."""
    found = [module.name for module in pkgutil.iter_modules(importlib.import_module("engines.checks").__path__)]
    return sorted(name.removesuffix("_claims") for name in found if name.endswith("_claims"))


def listed(known: Sequence[Group], args: argparse.Namespace, terminal: Terminal) -> int:
    """What is claimed, by group, none of it measured. Raises BadInput where nothing fits."""
    from engines.checks.written import document
    from engines.errors import BadInput

    found = list(stated(known, args.only))
    absent = [group.absent for group in known if group.absent]
    if not found:
        raise BadInput(" ".join(absent) or f"No claim contains “{args.only}”; leave it out to list them all.")
    claims = [{"group": group.name, **document(each.blank)} for group, each in found]
    if args.each:
        for group, each in found:
            terminal.part({"group": group.name, "stated": document(each.blank)})
    told = {"claims": claims, "listed": True, **({"absent": absent} if absent else {})}
    if args.out:
        write_document(args.out, "check.json", told)
    terminal.table("Claims", ["Group", "Kind", "Claim"], [[group.name, each.kind, each.name] for group, each in found])
    terminal.document(told, [*absent, f"{len(found)} claim{'s' * (len(found) > 1)} listed, none measured."])
    return DONE


def stated(known: Sequence[Group], only: str) -> Iterator[tuple[Group, Statement]]:
    """Every claim that `only` fits, with its group."""
    from engines.checks.registry import fitting

    for group in known:
        for each in fitting(group, only):
            yield group, each


def measured(known: Sequence[Group], only: str, terminal: Terminal, *, each: bool) -> Iterator[Claim]:
    """Measure groups, telling of each as it begins; with `each` as lines of JSON too."""
    from engines.checks.registry import verified
    from engines.checks.written import document

    now = ""

    def begin(group: Group) -> None:
        nonlocal now
        now = group.name
        terminal.status(f"{group.about}…")
        if each:
            terminal.part({"group": group.name, "about": group.about, "index": list(known).index(group),
                           "of": len(known), **({"absent": group.absent} if group.absent else {})})

    for claim in verified(known, only, begin):
        if each:
            terminal.part({"group": now, "claim": document(claim)})
        yield claim


def report(claims: Sequence[Claim], out: str | None, terminal: Terminal, *, stopped: bool = False,
           absent: Sequence[str] = ()) -> None:
    """The document, and for people a table, what was settled, what could not be measured, and a line that counts."""
    from engines.checks.written import document

    held = sum(claim.ok for claim in claims)
    # what was not checked is not known to hold
    told: dict[str, Any] = finite({"claims": [document(claim) for claim in claims],
                                   "ok": held == len(claims) and not stopped})
    if absent:
        told["absent"] = list(absent)
    if stopped:
        told["stopped"] = True
        terminal.say("Stopped; the claims checked until then follow.")
    if out:
        write_document(out, "check.json", told)
    terminal.table("Claims", ["Kind", "Claim", "Measured", "Expected", "±", "Ok"],
                   [[c.kind, c.name, f"{c.measured:.6g}", f"{c.expected:.6g}", f"{c.tolerance:.2g}",
                     "yes" if c.ok else "NO"] for c in claims])
    terminal.table("Formulas that notes print differently", ["Claim", "Print", "Measured", "Expected", "±", "Outcome"],
                   [row for claim in claims for row in prints(claim)])
    verdicts = [f"{claim.name}. {claim.sentence}" for claim in claims if claim.sentence]
    failed = [f"Does not hold: {claim}" for claim in claims if not claim.ok]
    terminal.document(told, [*verdicts, *failed, *absent, f"{held} of {len(claims)} claims hold."])


def prints(claim: Claim) -> list[list[str]]:
    """A row for each way in which a formula is printed: what running it came to, and whether that is as claimed."""
    words = {(True, True): "holds", (False, False): "fails, as it should", (True, False): "FAILS",
             (False, True): "HOLDS, and should not"}
    return [[claim.name, each.title, f"{each.measured:.6g}", f"{claim.expected:.6g}", f"{claim.tolerance:.2g}",
             words[each.right, claim.within(each.measured)]] for each in claim.variants]
