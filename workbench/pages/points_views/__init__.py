"""Views of the Points workspace, found by `points_page.kinds`: one file each."""
