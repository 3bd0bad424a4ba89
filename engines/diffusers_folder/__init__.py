"""Models in the folders of diffusers, converted to files of our own; diffusers itself is not needed."""
