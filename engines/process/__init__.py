"""The forward process: paths, time grids, predictions, noise."""
