"""Studies: many plans of one case and their differences; one engine, a file for each study."""
