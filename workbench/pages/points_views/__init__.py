"""Views of the Points workspace, found by `points_page.views`: one file each."""
