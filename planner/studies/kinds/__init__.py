"""One file for each study: its variants, tables, words and options of its command."""

import pkgutil


def names() -> tuple[str, ...]:
    """The kinds of studies that there are: the files here, none of which is loaded for it."""
    return tuple(sorted(one.name for one in pkgutil.iter_modules(__path__)))
