"""Many plans of one case: what an analyst asks beyond one plan."""
