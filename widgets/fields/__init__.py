"""Points in the plane and on a line, with the layers that lie over and under them."""
