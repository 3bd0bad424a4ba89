"""What `main.py bench` times that needs torch; it knows no window."""
