"""`main.py bench`: how fast, as ratios within one run."""
