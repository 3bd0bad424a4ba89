"""The words for runs, components and refusals."""
