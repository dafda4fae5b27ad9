"""Explanations of an area, a programme or an asset: tables, and plans that check each claim."""
