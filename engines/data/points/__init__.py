"""Point data sets, found by `engines.data.points.base.point_sets`: one small class each."""
