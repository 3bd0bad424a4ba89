"""Training: objective, loop, EMA, checkpoints."""
