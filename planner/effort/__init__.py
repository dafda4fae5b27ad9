"""From geometry to effort: what one mission of each asset or sensor adds to each cell."""
