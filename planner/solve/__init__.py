"""Certified plans: samples, sifting, aggregation, refinement, warm starts; hard goals and fair plans."""
