"""What the layers of Points show: measured ahead in the background, kept by time."""
