"""A GeoPackage's layers, looked up before GDAL opens it: only plain tables, never views."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

CONTENTS = "gpkg_contents"


def tables_only(package: Path) -> tuple[list[str], list[str]]:
    """Takes the views out of a private copy of a package, so that nothing runs them.

    A view is a query that runs when the layer is looked at, and may have no end.

    Returns:
        The layers of outlines that are tables, and those that are not.

    Raises:
        sqlite3.Error: it is damaged, or what should list its layers is no table.
    """
    with closing(sqlite3.connect(package)) as database:
        found = database.execute("SELECT name, type, coalesce(sql, '') FROM sqlite_master").fetchall()
        tables = {
            name.casefold()
            for name, kind, sql in found
            if kind == "table" and not sql.upper().startswith("CREATE VIRTUAL")
        }
        if CONTENTS not in tables:
            raise sqlite3.DatabaseError(f"{CONTENTS} is no table")
        for name, kind, _ in found:
            if kind == "view":
                quoted = name.replace('"', '""')
                database.execute(f'DROP VIEW "{quoted}"')
        database.commit()
        rows = database.execute(f"SELECT table_name FROM {CONTENTS} WHERE data_type = 'features'").fetchall()
    names = [str(name) for (name,) in rows]
    plain = [name for name in names if name.casefold() in tables]
    return plain, [name for name in names if name not in plain]
