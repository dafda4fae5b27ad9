"""Why water stays uncovered: plans in which limits are lifted one after the other."""
