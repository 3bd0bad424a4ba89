"""Checking the program's claims from the window: what is measured, what came of it, and what is shown of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cached_property

from PySide6.QtCore import QObject

from engines.checks.claim import Claim
from engines.errors import WorkbenchError
from workbench import bridge
from workbench.actions import Spec
from workbench.background import Background
from workbench.claims.check_run import CheckRun
from workbench.claims.claim_book import ClaimBook
from workbench.claims.claim_words import fits, page_of, row_of, summary
from workbench.claims.kept_claims import Kept, Stated, load_claims, save_claims
from workbench.desk import Desk
from workbench.docks.check import NO_MATCH, READING, UNREAD, CheckDock
from workbench.docks.jobs import JobsDock
from workbench.running.aside import Aside, Progress

CHOOSE = "Choose claims in the Check panel first"
RUNS = "A check goes on; stop it first, or wait for its end"
IDLE = "Nothing is checked now"


class ClaimController(QObject):
    """Fills the Check panel. It has no signals.

    Args:
        desk: shared parts.
        background: reads what was measured last.
        jobs: shows that a check goes on, with the panel closed too.

    Attributes: dock: the panel, hidden until it is asked for; run: the check that goes on; listing: reads what is
    claimed, when it is first looked at.
    """

    def __init__(self, desk: Desk, background: Background, jobs: JobsDock) -> None:
        super().__init__(desk.window)
        self._desk, self._background = desk, background
        self._file = desk.library.home.claims
        self.book = ClaimBook()
        self._waiting = dict[str, None]()  # keys that are still to be measured
        self._fresh, self._whole = set[str](), False  # keys measured by this check, and whether it is of all
        self._absent = list[str]()  # why groups were not measured by this check
        self._now = ""  # what is measured now
        self._told = False  # whether every claim is in the book
        self._asked = self._read = self._unsaved = self._placed = False
        self.run, self.listing = CheckRun(self), CheckRun(self)
        self._declare()
        self.aside = Aside("check", "Check against exact answers", self.run.stop, self.show, self)
        jobs.follow(self.aside)
        self.dock = CheckDock(desk.actions)
        self.run.began.connect(self._began)
        self.run.absent.connect(self._lack)
        self.run.measured.connect(self._measured)
        self.run.ended.connect(self._ended)
        self.listing.stated.connect(lambda group, claim: self.book.state(Stated(group, claim)))
        self.listing.absent.connect(self._lack)
        self.listing.ended.connect(self._listed)
        self.dock.visibilityChanged.connect(lambda visible: visible and self._load())
        self.dock.filter.textChanged.connect(lambda _text: self._show())
        desk.queue.ready.connect(lambda: self.book.every and self._show())  # from then on components have their words
        self.dock.table.shown.connect(self._page)
        self.dock.table.chosen.connect(self._enable)
        self.dock.table.again.connect(self.again)
        self.dock.view.asked.connect(lambda: self._start([self.dock.table.current], whole=False))
        self._enable()

    def _declare(self) -> None:
        add = self._desk.actions.add
        add(Spec("check.show", "Check against exact answers", "Help", section="check",
                 help="What the program claims beside what is measured now: formulas, samplers, repeats"), self.show)
        add(Spec("check.all", "Check all claims",
                 help="Measure every claim; it takes some minutes and disturbs nothing"),
            self.all, lambda: not self.run.running)
        add(Spec("check.again", "Check selected claims", help="Measure the selected claims or groups now (Enter)",
                 needs=CHOOSE), self.again, lambda: not self.run.running and bool(self.dock.table.selected))
        add(Spec("check.stop", "Stop checking", help="Stop; what was measured is kept", needs=IDLE),
            self.run.stop, lambda: self.run.running)

    @cached_property
    def program(self) -> str:
        """What is measured: the version of this program and of torch."""
        own, torch = bridge.own_version(), bridge.versions().get("torch", "")
        return ", ".join(filter(None, [f"version {own}" if own else "", f"torch {torch}" if torch else ""]))

    @property
    def kept(self) -> tuple[Kept, ...]:
        """What was measured, each claim once."""
        return self.book.kept

    def show(self) -> None:
        """Open the panel, or bring it to the front, with the keyboard in it."""
        if not (self._placed or self.dock.isVisible()):  # where it was hidden last is of another day
            self.dock.place()
        self._placed = True
        self.dock.show()
        self.dock.raise_()
        self.dock.activateWindow()
        self.dock.take_keyboard()

    def all(self) -> None:
        """Measure every claim."""
        self.show()
        self._start((), whole=True)

    def again(self) -> None:
        """Measure the selected claims."""
        keys = self.dock.table.selected
        if keys and not self.run.running:
            self._start(keys, whole=False)
        else:
            self._desk.say(f"{RUNS if keys else CHOOSE}.")

    def close(self) -> None:
        """End what goes on and keep what was measured."""
        for run in (self.run, self.listing):
            run.blockSignals(True)
            run.stop()
        self._save()

    def _start(self, keys: Sequence[str], *, whole: bool) -> None:
        if self.run.running:
            return
        self._absent.clear()
        self._waiting = dict.fromkeys(keys or [each.key for each in self.book.every])
        self._fresh, self._whole, self._now = set(), whole, "Starting"
        self.run.start(keys)
        self._show()
        self._tell()
        self._enable()

    def _began(self, _group: str, about: str, _index: int, _of: int) -> None:
        self._now = about
        self._tell()

    def _lack(self, sentence: str) -> None:
        """A group cannot be measured here, as the listing and the check both say."""
        if sentence not in self._absent:
            self._absent.append(sentence)

    def _measured(self, group: str, claim: Claim) -> None:
        kept = Kept(group, claim, time.time(), self.program)
        self.book.keep([kept])
        self._waiting.pop(kept.key, None)
        self._fresh.add(kept.key)
        self._unsaved = True
        if self.dock.sentence:
            self._show()
        elif fits(kept, self._words):
            self.dock.table.put(row_of(kept, self.program, self._waiting))
            if self.dock.table.current == kept.key:
                self._page(kept.key)
        self._tell()

    def _ended(self, whole: bool, sentence: str) -> None:
        if whole and self._whole:  # claims of another version that this one does not make
            self.book.keep_only(self._fresh)
            self._told = True
        self._waiting = {}
        self._save()
        self._show()
        self._tell()
        self._enable()
        if sentence:
            self._desk.report(sentence, ("Check all", self.all))
        failed = sum(not kept.claim.ok for kept in self.kept if kept.key in self._fresh)
        done = f"{len(self._fresh)} claims checked" if len(self._fresh) != 1 else "One claim checked"
        told = f"{done}; {f'{failed} of them do not hold' if failed else 'all hold'}" if self._fresh else \
            "Nothing was checked"
        self._desk.say(". ".join([told, *(sentence.rstrip(".") for sentence in self._absent)]))

    # what is shown

    @property
    def _words(self) -> list[str]:
        return self.dock.filter.text().lower().split()

    def _show(self) -> None:
        """The rows that the filter leaves."""
        every = self.book.every
        found = [each for each in every if fits(each, self._words)]
        self.dock.table.set_rows([row_of(each, self.program, self._waiting) for each in found])
        self.dock.show_empty("" if found else NO_MATCH if every else UNREAD if self.book.known else READING)
        if self.dock.table.current:
            self._page(self.dock.table.current)

    def _page(self, key: str) -> None:
        each = self.book.get(key)
        self.dock.view.show_page(page_of(each, self._waiting) if each else None)

    def _tell(self) -> None:
        """How far it is, or what came of it."""
        if not self.run.running:
            told = summary(self.book.every, self.program, known=self._told)
            self.dock.tell(" · ".join(filter(None, [told, *(sentence.rstrip(".") for sentence in self._absent)])))
            self.aside.tell(None)
            return
        done, of = len(self._fresh), len(self._waiting) + len(self._fresh)
        known = bool(self._waiting) or self.book.known  # else nobody has told yet how many there are
        share, count = (done / max(of, 1), f"{done} of {of}") if known else (0.0, f"{done}" if done else "")
        self.dock.tell(f"{count} measured · {self._now}…" if count else f"{self._now}…", share)
        self.aside.tell(Progress(share, self._now, count))

    def _enable(self) -> None:
        actions, running = self._desk.actions, RUNS if self.run.running else ""
        actions.withhold("check.all", running)
        actions.withhold("check.again", running or ("" if self.dock.table.selected else CHOOSE))
        actions.withhold("check.stop", "" if running else IDLE)

    # keeping

    def _load(self) -> None:
        """Read what is claimed and what was measured last, when it is first looked at."""
        if self._asked:
            return
        self._asked = True
        self.listing.list()
        try:
            self._background.read(self._file, lambda: load_claims(self._file), self._loaded, self._unreadable)
        except WorkbenchError as error:
            self._unreadable(str(error))

    def _loaded(self, kept: Sequence[Kept]) -> None:
        self.book.keep(kept, older=True)  # what was measured meanwhile is newer
        self._read = True
        self._show()
        self._tell()

    def _listed(self, whole: bool, _sentence: str) -> None:
        """All that is claimed has been told, or cannot be."""
        self.book.known, self._told = True, whole or self._told
        if self.run.running and self._whole:
            self._waiting.update(dict.fromkeys(each.key for each in self.book.every if each.key not in self._fresh))
        self._show()
        self._tell()

    def _unreadable(self, sentence: str) -> None:
        self._loaded(())
        self.dock.tell(sentence)

    def _save(self) -> None:
        if self._unsaved and self._read:
            with self._desk.guard():
                save_claims(self._file, self.kept)
                self._unsaved = False
