"""Why water stays uncovered: plans in which limits are lifted one after the other (design, section 2.6)."""
