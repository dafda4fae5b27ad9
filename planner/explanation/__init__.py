"""Explanations of an area, a programme or an asset: tables of the plan, and plans made to check each claim."""
