"""One file for each study: its variants, tables, words and options of its command."""
