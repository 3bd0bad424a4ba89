"""`main.py lessons` and `main.py lesson NAME`: what the lessons of the Points workspace show, as figures."""

from __future__ import annotations

import argparse
from typing import ClassVar

from workbench.cli.command import DONE, FAILED, Command, add_machine_flags
from workbench.cli.terminal import Terminal, finite


class Lessons(Command):
    """Every lesson with its two sentences."""

    name: ClassVar[str] = "lessons"
    document: ClassVar[str] = "lessons, each with name, title, look (two sentences) and panels (their captions)"
    examples: ClassVar[tuple[str, ...]] = ("", "--json")
    summary: ClassVar[str] = "List the lessons of the Points workspace."

    def run(self, args: argparse.Namespace, terminal: Terminal) -> int:
        """Write the list."""
        from workbench.lessons.registry import lessons

        del args
        known = list(lessons().values())
        terminal.table("Lessons", ["Name", "Title"], [[one.name, one.title] for one in known])
        terminal.document({"lessons": [{"name": one.name, "title": one.title, "look": list(one.look),
                                        "panels": [panel.caption for panel in one.panels]} for one in known]})
        return DONE


class OneLesson(Command):
    """One lesson without a window: its runs, and the figures that show its point."""

    name: ClassVar[str] = "lesson"
    document: ClassVar[str] = ("name, title, look (two sentences), facts (each with name, about, measured, bounds and "
                               "ok) and ok, whether all hold; exit code 1 when one does not")
    examples: ClassVar[tuple[str, ...]] = ("langevin", "guidance --json")
    summary: ClassVar[str] = "Run a lesson and print the figures that show its point."

    def add_flags(self, parser: argparse.ArgumentParser) -> None:
        """Which lesson, and the machine."""
        parser.add_argument("lesson", metavar="NAME", help="one of those that “lessons” lists")
        add_machine_flags(parser, device=False)

    def run(self, args: argparse.Namespace, terminal: Terminal) -> int:
        """Run and measure; 0 when every fact holds, 1 otherwise. Raises BadInput for an unknown lesson."""
        from workbench.lessons.registry import lesson
        from workbench.lessons.running import Proven, document, prove

        chosen = lesson(args.lesson)
        terminal.status("Starting…")
        from engines.threads import use_threads

        if args.threads:
            use_threads(args.threads)
        facts = list[Proven]()
        for told in prove(chosen):
            if isinstance(told, Proven):
                facts.append(told)
            else:
                terminal.status(f"Running “{told}”")
        terminal.table(chosen.title, ["Figure", "Measured", "Expected", "Ok"],
                       [[one.fact.about, f"{one.value:.4g}", one.fact.bounds, "yes" if one.ok else "NO"]
                        for one in facts])
        terminal.document(finite(dict(document(chosen, facts))), list(chosen.look))
        return DONE if all(one.ok for one in facts) else FAILED
