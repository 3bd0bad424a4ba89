"""The window with short names for what the journeys look at in its workspaces."""

from __future__ import annotations

from workbench.controllers.branch import BranchController
from workbench.controllers.export import ExportController
from workbench.controllers.picture import PictureController
from workbench.controllers.training.train import TrainController
from workbench.pages.images_page import ImagesPage
from workbench.pages.train_page import TrainPage
from workbench.window import MainWindow
from workbench.workspaces.images import Images
from workbench.workspaces.train import Train


class Window(MainWindow):
    """The real window, and nothing more than names."""

    @property
    def images(self) -> ImagesPage:
        """The page of the Images workspace."""
        return self.spaces.find(Images).canvas

    @property
    def picture(self) -> PictureController:
        """The picture and its mask."""
        return self.spaces.find(Images).picture

    @property
    def branch(self) -> BranchController:
        """Branches and comparisons."""
        return self.spaces.find(Images).branching

    @property
    def export(self) -> ExportController:
        """Exports of images."""
        return self.spaces.find(Images).export

    @property
    def train_space(self) -> TrainPage:
        """The page of the Train workspace."""
        return self.spaces.find(Train).sheets

    @property
    def train(self) -> TrainController:
        """The next training."""
        return self.spaces.find(Train).training
