"""The Points workspace: tool strip, and under it the view that suits the task."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from workbench.actions import Actions, Spec
from workbench.pages.lesson_strip import LessonStrip
from workbench.pages.points_view import Around, PointsView
from workbench.pages.toolstrip import ToolStrip
from workbench.parts import column

V = TypeVar("V", bound=PointsView)
RUN_ACTIONS = (("points.lessons", "graduation-cap"), ("run.compare", "columns-2"), ("run.branch", "git-branch"))


def kinds() -> list[type[PointsView]]:
    """Every view known, in order of their names: one for each file of `pages/points_views` that declares one."""
    root = importlib.import_module("workbench.pages.points_views")
    modules = [importlib.import_module(m.name)
               for m in pkgutil.iter_modules(root.__path__, "workbench.pages.points_views.")]
    found = [c for module in modules for c in vars(module).values()
             if isinstance(c, type) and issubclass(c, PointsView) and c.name and c.__module__ == module.__name__]
    return sorted(found, key=lambda kind: kind.name)


class PointsPage(QWidget):
    """Tool strip and views. Signals: view_changed() when another view is shown; lessons_asked() for their menu."""

    view_changed = Signal()
    lessons_asked = Signal()

    def __init__(self, actions: Actions, around: Around) -> None:
        super().__init__()
        actions.add(Spec("points.lessons", "Lessons", section="lesson", icon="graduation-cap",
                         help="Set up what theory says, with two sentences on what to look at"),
                    self.lessons_asked.emit)
        self.lesson = LessonStrip()
        self.strip = ToolStrip(actions, RUN_ACTIONS)
        self.views = [kind(around) for kind in kinds()]
        self.stack = QStackedWidget()
        for view in self.views:
            self.stack.addWidget(view.widget)
            if view.tools is not None:
                self.strip.add_tools(view.tools)
        self.view = self.views[0]
        column(self.strip, self.lesson, self.stack, parent=self).setStretchFactor(self.stack, 1)

    def join_docks(self, steps: QStackedWidget, plots: QStackedWidget) -> None:
        """Put what the views have for the time line and the plots into these docks, which follow the view shown."""
        for view in self.views:
            for pages, own in ((steps, view.steps), (plots, view.plots)):
                if own is not None:
                    pages.addWidget(own)

        def turn() -> None:
            if self.isVisible():
                for pages, own in ((steps, self.view.steps), (plots, self.view.plots)):
                    pages.setCurrentIndex(pages.indexOf(own) if own else 0)  # 0 is that of the run on the stage

        self.view_changed.connect(turn)

    def view_of(self, kind: type[V]) -> V:
        """The view of a class. Raises StopIteration for one that is not registered."""
        return next(view for view in self.views if isinstance(view, kind))

    def show_view(self, view: PointsView) -> None:
        """Show a view with its tools."""
        changed, self.view = view is not self.view, view
        self.strip.leave_out({"run.compare", "run.branch"} if view.lacks else set())
        self.stack.setCurrentWidget(view.widget)
        self.say("")
        if changed:
            self.view_changed.emit()

    @property
    def kept(self) -> dict[str, Any]:
        """How each view is looked at, by its name."""
        return {view.name: view.kept for view in self.views}

    def bring_back(self, kept: object) -> None:
        """Let each view be looked at as last time."""
        for view in self.views:
            found = kept.get(view.name) if isinstance(kept, Mapping) else None
            view.bring_back(found if isinstance(found, Mapping) else {})

    def watch(self, changed: Callable[[], object]) -> None:
        """Call `changed` whenever a view is looked at otherwise."""
        for view in self.views:
            view.watch(changed)

    def say(self, words: str) -> None:
        """Write a few words into the tool strip, where no tools stand."""
        self.strip.show_tools(self.view.tools, words)
