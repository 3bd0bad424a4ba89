"""What each kind of data needs: load, save, shape, preview."""
