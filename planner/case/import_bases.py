"""Making ``bases.csv`` from published tables of ports (World Port Index) and airfields (OurAirports)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.case.areas import POLE, read_areas
from planner.case.csv_file import csv_rows, separator_of
from planner.case.files import decode_table, read_bytes
from planner.case.folder import areas_in
from planner.case.marine_regions import gathered, slug_of
from planner.case.published import PUBLISHED, any_country, columns_of, country_of, one_line
from planner.case.vector_file import ASSUMED, SAYS_NOTHING, read_features
from planner.case.vector_parts import Options, beside
from planner.errors import InputError, Problem
from planner.frames import numbers, records
from planner.geometry.distance import pairs_within_nm, within_nm
from planner.geometry.longitude import canonical_lon
from planner.geometry.polygons import Booleans
from planner.schema.messages import Place, show
from planner.schema.tables import NAME_CHARACTERS

COLUMNS = ("base_id", "name", "country", "lon", "lat", "kinds", "capacity_hours", "source")
TABLES: tuple[Mapping[str, Any], ...] = (PUBLISHED["ports"], PUBLISHED["airfields"])
FORMULA = "=+-@ "
"""How text begins that a spreadsheet would run; no port is called so."""
NAMES = frozenset(name for table in TABLES for known in table["columns"].values() for name in known)
"""Every column of these tables."""
WEST, EAST = -180.0, 360.0
SAME_PLACE_NM = 0.5
"""Bases of one country and the same kinds that are nearer to each other are one, listed twice: positions of
the World Port Index are rounded to minutes."""


@dataclass(frozen=True)
class Selection:
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
    paths: Path | Sequence[Path], chosen: Selection | None = None
) -> tuple[str, int, list[Problem]]:
    """The text of ``bases.csv`` for the bases of published tables, their number, and the warnings.

    Args:
        paths: The World Port Index as CSV or as the older shapefile (.shp or .dbf), OurAirports'
            airports.csv, or several of these.
        chosen: Which of their bases are taken; types that only one table has say nothing of the others.

    Raises:
        InputError: a file cannot be read or is neither, a filter names what is not there, or nothing is
            left.
    """
    chosen, files = chosen or Selection(), [paths] if isinstance(paths, Path) else paths
    bases, warnings, count = pd.DataFrame(), list[Problem](), 0
    for path in files:
        rows, assumed = _rows(path, chosen.encoding)
        found, problems = _published(rows, path.name)
        bases, count = pd.concat([bases, found]), count + len(rows)
        warnings += [*assumed, *problems]
    bases, place = bases.reset_index(drop=True), Place(files[0].name)
    types = [each.strip().casefold().replace(" ", "_") for each in chosen.types]
    known = {type_.replace(" ", "_"): type_ for type_ in bases["type"]}
    countries = [any_country(each) for each in chosen.countries]
    option = replace(place, column="--type")
    wrong = [option.problem("unknown_choice", each, right=known) for each in types if each not in known]
    option, choose = replace(place, column="--country"), "give a code or a name"
    unknown = [each for each in chosen.countries if not any_country(each)]
    wrong += [option.problem("unknown_country", each, choose=choose) for each in unknown]
    if wrong:
        raise InputError(wrong)
    asked = {known[each] for each in types}
    taken = {table["name"]: asked & {*_kinds(table)} or {*table["usual"]} for table in TABLES}
    of_type = [type_ in taken[table] for table, type_ in bases[["table", "type"]].to_numpy()]
    keep = np.array(of_type, dtype=bool) & _inside(bases, chosen)
    bases, found_twice = _once(bases[keep & (bases["country"].isin(countries) | (not countries))])
    if bases.empty:
        raise InputError([place.problem("no_rows.bases", count=count), *gathered(warnings, "rows")])
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
    text, guessed = decode_table(data, path.name, encoding)
    warnings = []
    if guessed:
        odd = next(at for at, letter in enumerate(text) if not letter.isascii())
        shown = {"lacks": SAYS_NOTHING, "encoding": ASSUMED, "names": show(text[max(0, odd - 12) : odd + 12])}
        warnings = [place.problem("assumed_encoding.command", **shown)]
    lines = csv_rows(text, path.name, *separator_of(text, NAMES))
    line, header = next(lines, (1, [""]))
    twice = {name for name in header if name in NAMES and header.count(name) > 1}
    if twice:
        raise Place(path.name, line).error("column_twice", tuple(sorted(twice)))
    return [dict(zip(header, [*cells, *[""] * len(header)], strict=False)) for _, cells in lines], warnings


def _published(rows: Sequence[Mapping[str, str]], file: str) -> tuple[pd.DataFrame, list[Problem]]:
    """The bases of a table that is known, each id once, and problems of the rows that are none.

    Columns table, file, row, id, name, country, type, lon, lat, kinds and rank (of their type, by size).
    """
    columns = [columns_of(rows[0] if rows else (), table["columns"]) for table in TABLES]
    found = [at for at, each in enumerate(columns) if {"id", "name", "country", "type"} <= each.keys()]
    if not found:
        raise Place(file, 1).error("missing_column.bases")
    table, column = TABLES[found[0]], columns[found[0]]
    given = pd.DataFrame(list(rows), index=np.arange(2, len(rows) + 2), dtype="str")
    cells = pd.DataFrame({key: given[name].map(one_line) for key, name in column.items()})
    cells = cells.reindex(columns=list(PUBLISHED["ports"]["columns"]), fill_value="")
    kinds, usual = _kinds(table), {type_: rank for rank, type_ in enumerate(table["usual"])}
    cells["type"] = cells["type"].str.casefold().replace(table["codes"])
    cells = cells[cells["type"].isin([*kinds])]  # the others are closed airfields, balloon ports
    country = cells["country"].map(any_country)
    identity = cells["id"].str.removesuffix(".0")
    name = cells["name"].str.lstrip(FORMULA).str.slice(0, NAME_CHARACTERS)
    bases = pd.DataFrame(
        {
            "table": table["name"],
            "file": file,
            "row": cells.index,
            "id": identity,
            "name": name.where(name != "", identity),
            "country": country.where(country != "", cells["locode"].str.slice(0, 2).map(country_of)),
            "type": cells["type"],
            "lon": _degrees(cells, "lon"),
            "lat": _degrees(cells, "lat"),
            "kinds": cells["type"].map(kinds),
            "rank": cells["type"].map(usual).fillna(-1),
        }
    )
    placed = bases["lat"].between(-POLE, POLE) & bases["lon"].between(WEST, EAST)
    sound = bases[placed & (bases["country"] != "")]
    again = bases.index.isin(sound.index[sound["id"].duplicated()])
    wrong = pd.Series("", index=bases.index).mask(again, "same_id")
    wrong = wrong.mask(bases["country"] == "", "unknown_country.base").mask(~placed, "no_position")
    problems = [
        _problem(base, key, country=show(given), id=show(base.id))
        for base, key, given in zip(records(bases), wrong, cells["country"], strict=True)
        if key
    ]
    return bases.loc[wrong == ""], problems


def _problem(base: Any, key: str, **words: object) -> Problem:
    return Place(base.file, base.row).problem(key, base.name, **words)


def _degrees(cells: pd.DataFrame, key: str) -> pd.Series:
    """A longitude or latitude, written in decimals or in degrees, minutes and side; else not a number."""
    whole, degrees, minutes = (
        pd.to_numeric(cells[name].str.replace(",", "."), errors="coerce")
        for name in (key, f"{key}_deg", f"{key}_min")
    )
    side = np.where(cells[f"{key}_side"].str.upper().isin(["S", "W"]), -1.0, 1.0)
    return whole.where(cells[key] != "", side * (degrees + minutes.fillna(0.0) / 60.0))


def _inside(bases: pd.DataFrame, chosen: Selection) -> Booleans:
    """Which bases are in the box, and near the areas."""
    lon, lat = canonical_lon(bases["lon"]), numbers(bases["lat"])
    keep = np.ones(len(bases), dtype=bool)
    if chosen.box is not None:
        west, south, east, north = chosen.box
        keep &= (lat >= south) & (lat <= north) & (np.mod(lon - west, 360.0) <= np.mod(east - west, 360.0))
    if chosen.near is not None and len(bases):
        found = read_areas(areas_in(chosen.near))
        if found.problems:
            raise InputError(found.problems)
        keep &= within_nm(lon, lat, list(found.outlines.values()), chosen.within_nm)
    return keep


def _once(bases: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """The bases without those at the place of another that takes the same kinds; of two the larger stays."""
    bases = bases.sort_values(["rank", "id"], ascending=[False, True], ignore_index=True)
    alike = pairs_within_nm(numbers(bases["lon"]), numbers(bases["lat"]), SAME_PLACE_NM)
    alike = np.sort(alike, axis=1)
    rows, gone, problems = [*records(bases)], set[int](), list[Problem]()
    for first, later in alike[np.lexsort(alike.T)].tolist():
        one, other = rows[first], rows[later]
        if not {first, later} & gone and (one.kinds, one.country) == (other.kinds, other.country):
            gone.add(later)
            problems.append(_problem(other, "at_same_place", kept=show(one.name), nm=SAME_PLACE_NM))
    return bases.drop(index=[*gone]).sort_values(["country", "name", "id"]), problems


def _text(bases: pd.DataFrame) -> str:
    """The bases as CSV; names that are not unique get their country, then their own id, behind them."""
    ids = bases["name"].map(slug_of)
    for more in ("country", "id"):
        longer = (ids + "_" + bases[more]).map(slug_of)
        ids = ids.where(~ids.duplicated(keep=False), longer)
    type_ = ", " + bases["type"]
    cited = bases["file"] + "; " + bases["table"] + " " + bases["id"] + type_.where(bases["type"] != "", "")
    table = bases.assign(base_id=ids, capacity_hours="", source=cited + "; kinds by its type")
    table[["lon", "lat"]] = table[["lon", "lat"]].round(6)
    return table[[*COLUMNS]].to_csv(index=False, lineterminator="\n")
