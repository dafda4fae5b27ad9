"""Every column of every table and every key of ``case.toml``, declared once; the rest is derived."""
