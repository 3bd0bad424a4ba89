"""Every action of the window, declared once for menus, tool strips, palette and shortcut list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from widgets.drawing.tips import wrapped

RUN_FIRST, CHOOSE_RUN = "Run something first", "Choose a run first"  # what many actions need
EXPORT_MORE = "Export more"  # the submenu of exports but those of pictures and films
NOTHING = "Nothing to do here now"  # where an action does not say what it needs
LAST = "quit"  # the section that ends its menu
# from the top of a menu down; others stand below these
SECTIONS = ("undo", "clip", "picture", "mask", "open", "train", "export", "files", "branch", "run", "", "sample",
            "zoom", "wipe", "space", "look", "form", "again")
MENUS = ("File", "Edit", "View", "Run", "Help")
Called = tuple[str, str]  # title and help
ARROWS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}


@dataclass(frozen=True, slots=True)
class Spec:
    """One action: `name` "run.start", `title` with a verb, `menu` one of MENUS or "" for the palette only.

    shortcut: portable key sequences separated by ";"; plain: keys that count only where nothing with the focus wants
    them, such as arrows, which fields need for themselves; icon: name in the icon set;
    section: actions of one section stand together in the menu, those that are `first` above the others; help: tooltip;
    needs: what is missing where there is nothing to do it to, said in the palette; within: the submenu of the menu that
    it stands in, "" for the menu itself.
    """

    name: str
    title: str
    menu: str = ""
    shortcut: str = ""
    icon: str = ""
    section: str = ""
    help: str = ""
    checkable: bool = False
    plain: str = ""
    first: bool = False
    needs: str = ""
    within: str = ""


def always() -> bool:
    """For an action that can be done at any time."""
    return True


class Actions:
    """The actions of one window, in order of declaration.

    Args:
        owner: the window that owns the actions and in which shortcuts count.
    """

    def __init__(self, owner: QWidget) -> None:
        self._owner = owner
        self._specs: dict[str, Spec] = {}
        self._made: dict[str, QAction] = {}
        self._when: dict[str, Callable[[], bool]] = {}
        self._menus: dict[str, QMenu] = {}
        self._called: Mapping[str, Called] = {}
        self._withheld: dict[str, str] = {}

    def add(self, spec: Spec, callback: Callable[[], object], when: Callable[[], bool] = always) -> QAction:
        """Declare an action, what it does, and when there is something to do it to; returns its QAction.

        An action out of `when` is grey in menus and in the palette, which says what it `needs`. Its key still works,
        and what it does then is to say what is missing.
        """
        action = QAction(spec.title, self._owner)
        action.setObjectName(spec.name)
        action.setCheckable(spec.checkable)
        action.setShortcuts([QKeySequence(keys.strip()) for keys in spec.shortcut.split(";") if keys.strip()])
        # the window's, not the widget's: a menu action counts wherever the focus is
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        self._word(spec, action, (spec.title, spec.help))
        # `triggered` carries a checked flag that no callback wants
        action.triggered.connect(lambda _checked=False: callback())
        self._owner.addAction(action)
        self._specs[spec.name], self._made[spec.name], self._when[spec.name] = spec, action, when
        if spec.menu in self._menus:  # the menus are there already
            self._insert(self._place(self._menus[spec.menu], spec), spec, action)
        return action

    def _word(self, spec: Spec, action: QAction, called: Called) -> None:
        """Write title and help of an action."""
        (title, told), keys = called, self.keys(spec)
        # a menu shows the key that people use, not the one that counts inside fields too
        action.setText(f"{title}\t{keys}" if spec.plain else title)
        action.setIconText(title)
        action.setToolTip(wrapped(f"{told or title}" + (f" ({keys})" if keys else "")))

    def call(self, called: Mapping[str, Called]) -> None:
        """Give some actions, by name, a title and help of their own for now, and all others those they were declared
        with.
        """
        changed, self._called = {*self._called, *called}, called
        for name in changed:
            spec = self._specs[name]
            self._word(spec, self._made[name], called.get(name, (spec.title, spec.help)))

    def title(self, name: str) -> str:
        """What an action is called now."""
        return self._called[name][0] if name in self._called else self._specs[name].title

    def lacks(self, name: str) -> str:
        """What an action needs to have something to act on, "" when it has."""
        able = self._made[name].isEnabled() and self._when[name]()
        return "" if able else self._withheld.get(name) or self._specs[name].needs or NOTHING

    def __getitem__(self, name: str) -> QAction:
        """The QAction of that name."""
        return self._made[name]

    def __iter__(self) -> Iterator[tuple[Spec, QAction]]:
        """All (spec, QAction) pairs in order of declaration."""
        return ((spec, self._made[name]) for name, spec in self._specs.items())

    def enable(self, enabled: bool, *names: str) -> None:
        """Enable or disable some actions."""
        for name in names:
            self._made[name].setEnabled(enabled)

    def withhold(self, name: str, why: str) -> None:
        """Disable an action and say why in its tooltip and in the palette; enable it again for ""."""
        self._withheld[name] = why
        self._made[name].setEnabled(not why)
        if why:
            self._made[name].setToolTip(wrapped(f"{why}."))
        else:
            spec = self._specs[name]
            self._word(spec, self._made[name], self._called.get(name, (spec.title, spec.help)))

    def name(self, name: str, about: str) -> None:
        """Say in an action's title what it is about now: "Undo" what; "" for its own title."""
        spec, action = self._specs[name], self._made[name]
        title = f"{spec.title} {about[:1].lower()}{about[1:]}".strip()
        keys = self.keys(spec)
        action.setText(title)
        action.setToolTip(f"{title} ({keys})" if keys else title)

    def open_in(self, menu: QMenu) -> None:
        """Grey the actions of a menu that have nothing to act on, for as long as it is open."""
        grey = list[QAction]()

        def opened() -> None:
            grey[:] = [action for name, action in self._made.items()
                       if action in menu.actions() and action.isEnabled() and not self._when[name]()]
            for action in grey:
                action.setEnabled(False)

        def closed() -> None:
            for action in grey:
                action.setEnabled(True)
            grey.clear()

        menu.aboutToShow.connect(opened)
        menu.aboutToHide.connect(closed)

    @staticmethod
    def all_keys(spec: Spec) -> list[str]:
        """Every key of an action as this platform writes it, the plain ones first."""
        found = [keys.strip() for keys in f"{spec.plain};{spec.shortcut}".split(";") if keys.strip()]
        return [_written(QKeySequence(keys)) for keys in found]

    @staticmethod
    def keys(spec: Spec) -> str:
        """The first key as this platform writes it, "" for none."""
        return next(iter(Actions.all_keys(spec)), "")

    def press(self, event: QKeyEvent) -> bool:
        """Do what a plain key is for; False when it is for nothing."""
        # a Mac reports arrows as keys of the keypad
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        pressed = QKeySequence(QKeyCombination(held, Qt.Key(event.key())))
        for spec, action in self:
            wanted = [QKeySequence(keys.strip()) for keys in spec.plain.split(";") if keys.strip()]
            if pressed in wanted and action.isEnabled():
                action.trigger()
                return True
        return False

    def fill(self, bar: QMenuBar, extra: dict[str, list[QMenu]]) -> None:
        """Build the menus; `extra` gives further submenus by menu title."""
        for title in MENUS:
            menu = bar.addMenu(title)
            # by Alt and the first letter, as everywhere, but without a line under it
            keys = QShortcut(QKeySequence(f"Alt+{title[0]}"), self._owner)
            keys.activated.connect(lambda menu=menu: bar.setActiveAction(menu.menuAction()))
            menu.setObjectName(f"menu-{title.lower()}")
            self._menus[title] = menu
            section, submenus = None, extra.get(title, [])
            for spec, action in sorted((pair for pair in self if pair[0].menu == title), key=_section):
                if spec.section == LAST:
                    submenus = self._put(menu, submenus)
                if f"{title}/{spec.within}" not in self._menus:  # a submenu stands where its first action would
                    if section is not None and spec.section != section:
                        menu.addSeparator()
                    section = spec.section
                self._place(menu, spec).addAction(action)
            self._put(menu, submenus)
            self.open_in(menu)

    def _place(self, menu: QMenu, spec: Spec) -> QMenu:
        """The menu that an action stands in: this one, or one of its submenus, which is made with its first action."""
        if not spec.within:
            return menu
        found = self._menus.get(f"{spec.menu}/{spec.within}")
        if found is None:
            found = self._menus[f"{spec.menu}/{spec.within}"] = QMenu(spec.within, menu)
            self._insert(menu, spec, found.menuAction())
            self.open_in(found)
        return found

    def _insert(self, menu: QMenu, spec: Spec, action: QAction) -> None:
        """Put an action into a menu behind the others of its section, at the end where there are none."""
        shown = menu.actions()
        alike = [shown.index(other) for each, other in self if each.section == spec.section and other in shown]
        after = shown[max(alike) + 1:] if alike else []
        menu.insertAction(after[0], action) if after else menu.addAction(action)

    @staticmethod
    def _put(menu: QMenu, submenus: list[QMenu]) -> list[QMenu]:
        """Add submenus; returns those that are still to be added, which are none."""
        for submenu in submenus:
            menu.addMenu(submenu)
        return []


def _section(pair: tuple[Spec, QAction]) -> tuple[int, bool]:
    """Where an action stands in its menu: its section, and there the first above the others."""
    section = pair[0].section
    place = len(SECTIONS) + (section == LAST) if section not in SECTIONS else SECTIONS.index(section)
    return place, not pair[0].first


def _written(keys: QKeySequence) -> str:
    """Keys as this platform writes them, with arrows as signs."""
    text = keys.toString(QKeySequence.SequenceFormat.NativeText)
    head, plus, last = text.rpartition("+")
    if head == "Shift" and len(last) == 1 and not last.isalnum():  # “{” says that Shift is held
        return last
    return head + plus + ARROWS.get(last, last)
