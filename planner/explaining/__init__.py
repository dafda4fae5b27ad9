"""Explain an area, a programme or an asset of a plan, in sentences and facts."""
