"""Making ``bases.csv`` from published tables of ports (World Port Index) and airfields (OurAirports)."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
from shapely.geometry.base import BaseGeometry

from planner.case.areas import areas_file, read_areas
from planner.case.countries import country_called, country_of, replaced_code
from planner.case.csv_file import csv_rows, separator_of
from planner.case.dbf import ASSUMED, read_rows, text_encoding
from planner.case.files import decode_table, read_bytes
from planner.case.new_areas import gathered, slug_of
from planner.case.place import Place
from planner.case.published_bases import KNOWN, Base, publication_of, published_bases
from planner.case.vector_parts import beside
from planner.errors import InputError, Problem
from planner.frames import numbers
from planner.geometry.distance import pairs_within_nm, within_nm
from planner.geometry.longitude import canonical_lon
from planner.schema.wording import show

COLUMNS = ("base_id", "name", "country", "lon", "lat", "kinds", "capacity_hours", "source")
SAME_PLACE_NM = 0.5
"""Bases of one country and the same kinds that are nearer to each other are one, listed twice: positions of
the World Port Index are rounded to minutes."""


@dataclass(frozen=True)
class Wanted:
    """Which bases are taken.

    Attributes:
        countries: Names or codes; all if empty.
        types: Sizes of ports (very small, small, medium, large) or types of airfields (as OurAirports has
            them); the usual ones if empty.
        box: West, south, east and north [degrees], over 180 where west is east of east; None for no limit.
        near: A case folder, or a file of areas, whose areas the bases must be near; None for no limit.
        within_nm: How near [nm].
        encoding: How the file's text is encoded, where it does not say so.
    """

    countries: Sequence[str] = ()
    types: Sequence[str] = ()
    box: tuple[float, float, float, float] | None = None
    near: Path | None = None
    within_nm: float = 200.0
    encoding: str = ""


def import_bases(
    paths: Path | Sequence[Path], wanted: Wanted | None = None
) -> tuple[str, int, list[Problem]]:
    """The text of ``bases.csv`` for the bases of published tables, their number, and what was remarkable.

    Args:
        paths: The World Port Index as CSV or as the older shapefile (.shp or .dbf), OurAirports'
            airports.csv, or several of these.
        wanted: Which of their bases are taken; types that only one table has say nothing of the others.

    Raises:
        InputError: a file cannot be read or is neither, a filter names what is not there, or nothing is
            left.
    """
    wanted, files = wanted or Wanted(), [paths] if isinstance(paths, Path) else paths
    bases, warnings, count = list[Base](), list[Problem](), 0
    for path in files:
        rows, assumed = _rows(path, wanted.encoding)
        kind = publication_of(rows[0]) if rows else None
        if kind is None:
            raise Place(path.name, 1).error("missing_column.bases")
        found, problems = published_bases(rows, kind, path.name)
        bases, warnings, count = [*bases, *found], [*warnings, *assumed, *problems], count + len(rows)
    file = files[0].name
    types = [each.strip().casefold().replace(" ", "_") for each in wanted.types]
    known = {base.type.replace(" ", "_"): base.type for base in bases}
    countries = [country_of(each) or replaced_code(each) or country_called(each) for each in wanted.countries]
    wrong = [
        Place(file, 0, "--type").problem("unknown_choice", each, right=known)
        for each in types
        if each not in known
    ]
    wrong += [
        Place(file, 0, "--country").problem("unknown_country", given, choose="give a code or a name")
        for given, code in zip(wanted.countries, countries, strict=True)
        if not code
    ]
    if wrong:
        raise InputError(wrong)
    asked = {known[each] for each in types}
    taken = {base.of.name: asked.intersection(base.of.kinds) or set(base.of.usual) for base in bases}
    bases = [
        base
        for base in bases
        if base.type in taken[base.of.name] and (not countries or base.country in countries)
    ]
    bases, found_twice = _once(_inside(bases, wanted))
    if not bases:
        raise InputError([Place(file).problem("no_rows.bases", count=count), *gathered(warnings, "rows")])
    return _text(bases), len(bases), gathered([*warnings, *found_twice], "rows")


def _rows(path: Path, encoding: str) -> tuple[list[dict[str, str]], list[Problem]]:
    """The rows of a table as text, and what was assumed."""
    ending = path.suffix.lower()
    if ending == ".shp":
        names = [each.name for each in path.parent.iterdir()]
        path = path.with_name(beside(path.name, ".dbf", names) or f"{path.stem}.dbf")
        ending = ".dbf"
    if ending not in (".csv", ".dbf", ".txt"):
        raise Place(path.name).error("unknown_ending.bases")
    data, place = read_bytes(path), Place(path.name)
    if ending == ".dbf":
        encoding, assumed = text_encoding(data, None, encoding)
        warnings = [place.problem("assumed_encoding.command", **assumed)] if assumed else []
        return list(read_rows(data, encoding or ASSUMED[0])), warnings
    if not data.strip():
        return [], []
    try:
        text, guessed = (data.decode(encoding), False) if encoding else decode_table(data, path.name)
    except (LookupError, UnicodeDecodeError) as error:
        raise Place(path.name, 0, "--encoding").error("wrong_encoding", encoding, said=str(error)) from None
    warnings = []
    if guessed:
        odd = next(at for at, letter in enumerate(text) if not letter.isascii())
        shown = {"encoding": ASSUMED[0], "names": show(text[max(0, odd - 12) : odd + 12])}
        warnings = [place.problem("assumed_encoding.command", **shown)]
    lines = csv_rows(text, path.name, *separator_of(text, KNOWN))
    header = next(lines, (1, [""]))[1]
    return [dict(zip(header, [*cells, *[""] * len(header)], strict=False)) for _, cells in lines], warnings


def _inside(bases: list[Base], wanted: Wanted) -> list[Base]:
    """The bases in the box, and near the areas."""
    lon = canonical_lon([base.lon for base in bases])
    lat = np.array([base.lat for base in bases])
    keep = np.ones(len(bases), dtype=bool)
    if wanted.box is not None:
        west, south, east, north = wanted.box
        keep &= (lat >= south) & (lat <= north) & (np.mod(lon - west, 360.0) <= np.mod(east - west, 360.0))
    if wanted.near is not None and len(bases):
        keep &= within_nm(lon, lat, _areas(wanted.near), wanted.within_nm)
    return [base for base, kept in zip(bases, keep, strict=True) if kept]


def _areas(near: Path) -> list[BaseGeometry]:
    """The outlines of the areas of a case, or of a file."""
    found = read_areas(areas_file(near) if near.is_dir() else near)
    if found.problems:
        raise InputError(found.problems)
    return list(found.outlines.values())


def _once(bases: list[Base]) -> tuple[list[Base], list[Problem]]:
    """The bases without those at the place of another that takes the same kinds; of two the larger stays."""
    order = sorted(bases, key=lambda base: (-base.of.rank(base.type), base.id))
    lon, lat = numbers([base.lon for base in order]), numbers([base.lat for base in order])
    near: dict[int, list[int]] = {}
    for one, other in pairs_within_nm(lon, lat, SAME_PLACE_NM):
        near.setdefault(max(one, other), []).append(min(one, other))
    left, problems = dict[int, Base](), list[Problem]()
    for at, base in enumerate(order):
        alike = (left[it] for it in near.get(at, ()) if it in left)
        rival = next((it for it in alike if (it.kinds, it.country) == (base.kinds, base.country)), None)
        if rival is None:
            left[at] = base
        else:
            problems.append(base.problem("at_same_place", kept=show(rival.name), nm=SAME_PLACE_NM))
    return sorted(left.values(), key=lambda base: (base.country, base.name, base.id)), problems


def _text(bases: Sequence[Base]) -> str:
    """The bases as CSV; names that are not unique get their country, then their own id, behind them."""
    ids = [slug_of(base.name) for base in bases]
    for more in ("country", "id"):
        several = Counter(ids)
        ids = [
            slug_of(f"{each}_{getattr(base, more)}") if several[each] > 1 else each
            for each, base in zip(ids, bases, strict=True)
        ]
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for base, base_id in zip(bases, ids, strict=True):
        place = (round(base.lon, 6), round(base.lat, 6))
        writer.writerow((base_id, base.name, base.country, *place, base.kinds, "", base.source))
    return out.getvalue()
