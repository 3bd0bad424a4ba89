"""Controllers of Points: data, runs, fields, probe, painting, sweeps, exports."""
