"""Making ``bases.csv`` from published tables of ports (World Port Index) and airfields (OurAirports)."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from shapely.geometry.base import BaseGeometry

from planner.case.areas import areas_file, read_areas
from planner.case.csv_file import csv_rows, separator_of
from planner.case.files import decode_table, read_bytes
from planner.case.marine_regions import gathered, slug_of
from planner.case.place import Place
from planner.case.published import PUBLISHED, any_country, columns_of, country_of
from planner.case.vector_file import ASSUMED, read_features
from planner.case.vector_parts import Options, beside
from planner.errors import InputError, Problem
from planner.frames import numbers
from planner.geometry.distance import pairs_within_nm, within_nm
from planner.geometry.longitude import canonical_lon
from planner.schema.columns import NAME_CHARACTERS
from planner.schema.wording import show

COLUMNS = ("base_id", "name", "country", "lon", "lat", "kinds", "capacity_hours", "source")
TABLES: tuple[Mapping[str, Any], ...] = (PUBLISHED["ports"], PUBLISHED["airfields"])
NAMES = frozenset(name for table in TABLES for known in table["columns"].values() for name in known)
"""Every column of these tables."""
POLE, WEST, EAST = 90.0, -180.0, 360.0
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


@dataclass(frozen=True)
class Base:
    """A base as it was published; ``rank`` says how large bases of its type are."""

    table: str
    file: str
    row: int
    id: str
    name: str
    country: str
    type: str
    lon: float
    lat: float
    kinds: str
    rank: int

    def problem(self, key: str, **words: object) -> Problem:
        """A problem of the base."""
        return Place(self.file, self.row).problem(key, self.name, **words)

    @property
    def source(self) -> str:
        """What it cites."""
        type_ = f", {self.type}" if self.type else ""
        return f"{self.file}; {self.table} {self.id}{type_}; kinds by its type"


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
        found, problems = _published(rows, path.name)
        bases, warnings, count = [*bases, *found], [*warnings, *assumed, *problems], count + len(rows)
    file = files[0].name
    types = [each.strip().casefold().replace(" ", "_") for each in wanted.types]
    known = {base.type.replace(" ", "_"): base.type for base in bases}
    countries = [any_country(each) for each in wanted.countries]
    type_option, country_option = Place(file, 0, "--type"), Place(file, 0, "--country")
    wrong = [type_option.problem("unknown_choice", each, right=known) for each in types if each not in known]
    wrong += [
        country_option.problem("unknown_country", given, choose="give a code or a name")
        for given, code in zip(wanted.countries, countries, strict=True)
        if not code
    ]
    if wrong:
        raise InputError(wrong)
    asked = {known[each] for each in types}
    taken = {table["name"]: asked & {*_kinds(table)} or {*table["usual"]} for table in TABLES}
    bases = [base for base in bases if base.type in taken[base.table]]
    bases = [base for base in bases if not countries or base.country in countries]
    bases, found_twice = _once(_inside(bases, wanted))
    if not bases:
        raise InputError([Place(file).problem("no_rows.bases", count=count), *gathered(warnings, "rows")])
    return _text(bases), len(bases), gathered([*warnings, *found_twice], "rows")


def _kinds(table: Mapping[str, Any]) -> dict[str, str]:
    """The kinds of asset that a base takes by its type."""
    return {type_: kinds for kinds, types in table["kinds"].items() for type_ in types}


def _rows(path: Path, encoding: str) -> tuple[list[dict[str, str]], list[Problem]]:
    """The rows of a table as text, and what was assumed."""
    ending, place = path.suffix.lower(), Place(path.name)
    if ending == ".shp":
        names = [each.name for each in path.parent.iterdir()]
        path, ending = path.with_name(beside(path.name, ".dbf", names) or f"{path.stem}.dbf"), ".dbf"
    if ending not in (".csv", ".dbf", ".txt"):
        raise place.error("unknown_ending.bases")
    if ending == ".dbf":
        found = read_features(path, None, Options(encoding=encoding, command=True, tables=True))
        whole = dict.fromkeys(found.columns, "")
        cells = [{name: str(value) for name, value in one.properties.items()} for one in found.features]
        return [whole | row for row in cells], found.warnings
    data = read_bytes(path)
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
    lines = csv_rows(text, path.name, *separator_of(text, NAMES))
    header = next(lines, (1, [""]))[1]
    return [dict(zip(header, [*cells, *[""] * len(header)], strict=False)) for _, cells in lines], warnings


def _published(rows: Sequence[Mapping[str, str]], file: str) -> tuple[list[Base], list[Problem]]:
    """The bases of a table, each id once, and problems of the rows that are none.

    Raises:
        InputError: it is no table that is known.
    """
    needed = {"id", "name", "country", "type"}
    for table in TABLES if rows else ():
        column = columns_of(rows[0], table["columns"])
        if needed <= column.keys():
            break
    else:
        raise Place(file, 1).error("missing_column.bases")
    bases, problems, ids, kinds = list[Base](), list[Problem](), set[str](), _kinds(table)
    for number, row in enumerate(rows, start=2):
        cells = {key: " ".join(row[name].split()) for key, name in column.items()}
        size = table["codes"].get(cells["type"].casefold(), cells["type"].casefold())
        if size not in kinds:  # closed airfields, balloon ports
            continue
        identity = cells["id"].removesuffix(".0")
        base = Base(
            table["name"],
            file,
            number,
            identity,
            cells["name"][:NAME_CHARACTERS] or identity,
            any_country(cells["country"]) or country_of(cells.get("locode", "")[:2]),
            size,
            _degrees(cells, "lon"),
            _degrees(cells, "lat"),
            kinds[size],
            table["usual"].index(size) if size in table["usual"] else -1,
        )
        if not (abs(base.lat) <= POLE and WEST <= base.lon <= EAST):
            problems.append(base.problem("no_position"))
        elif not base.country:
            problems.append(base.problem("unknown_country.base", country=show(cells["country"])))
        elif identity in ids:
            problems.append(base.problem("same_id", id=show(identity)))
        else:
            ids.add(identity)
            bases.append(base)
    return bases, problems


def _degrees(cells: Mapping[str, str], key: str) -> float:
    """A longitude or latitude, written in decimals or in degrees, minutes and side; else not a number."""
    try:
        if cells.get(key):
            return float(cells[key].replace(",", "."))
        degrees = float(cells[f"{key}_deg"]) + float(cells.get(f"{key}_min") or 0) / 60
    except (KeyError, ValueError):
        return float("nan")
    return -degrees if cells.get(f"{key}_side", "").upper() in ("S", "W") else degrees


def _inside(bases: list[Base], wanted: Wanted) -> list[Base]:
    """The bases in the box, and near the areas."""
    lon, lat = canonical_lon([base.lon for base in bases]), numbers([base.lat for base in bases])
    keep = np.ones(len(bases), dtype=bool)
    if wanted.box is not None:
        west, south, east, north = wanted.box
        keep &= (lat >= south) & (lat <= north) & (np.mod(lon - west, 360.0) <= np.mod(east - west, 360.0))
    if wanted.near is not None and bases:
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
    order = sorted(bases, key=lambda base: (-base.rank, base.id))
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
