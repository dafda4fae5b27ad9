"""The attributes of zones as Marine Regions names them, and which of the zones are wanted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planner.case.place import Place
from planner.case.vector_file import Feature, FeatureFile
from planner.errors import InputError, Problem
from planner.schema.wording import listed, nearest, show

COLUMNS: dict[str, tuple[str, ...]] = {
    "territory": ("TERRITORY1", "territory"),
    "sovereign": ("SOVEREIGN1", "sovereign"),
    "iso_territory": ("ISO_TER1", "iso3_ter", "iso3_territory"),
    "iso_sovereign": ("ISO_SOV1", "iso3_sov", "iso3_sovereign"),
    "geoname": ("GEONAME",),
    "polygon_type": ("POL_TYPE",),
    "mrgid": ("MRGID",),
}
"""What is taken from the file, and the columns of Marine Regions' own files that hold it (in any case)."""

NEEDED = (("territory", "geoname"), ("iso_territory", "iso_sovereign"))
"""A new area needs one of each pair: its name, and its coastal state."""
DISPUTED = ("joint regime", "overlapping claim")
"""Kinds of polygon that no single coastal state gives access to."""


@dataclass(frozen=True)
class Zone:
    """A feature of the source with the attributes that are used, "" where it has none."""

    feature: Feature
    territory: str
    sovereign: str
    iso_territory: str
    iso_sovereign: str
    geoname: str
    polygon_type: str
    mrgid: str

    @property
    def name(self) -> str:
        """What the file calls the zone, else its number."""
        return self.geoname or self.territory or f"feature {self.feature.number}"

    @property
    def disputed(self) -> bool:
        """Whether no single coastal state has authority over the zone."""
        return self.polygon_type.lower().startswith(DISPUTED)

    @property
    def label(self) -> str:
        """What the zone is called in messages."""
        return show(self.name)

    def problem(self, file: str, key: str, column: str = "", **words: Any) -> Problem:
        """A problem of the zone."""
        return Place(file, self.feature.number, column).problem(key, self.name, **words)


def read_zones(
    found: FeatureFile, columns: Mapping[str, str], needed: Sequence[tuple[str, str]] = NEEDED
) -> Iterator[Zone]:
    """The zones of a file, with the attributes that are used.

    Args:
        found: The file's features.
        columns: The column that holds a key, where it is not Marine Regions' own.
        needed: Pairs of keys; the file must have a column for one of each pair.

    Raises:
        InputError: a column is unknown, or the file lacks what is needed.
    """
    taken = _columns(found.file, found.columns, columns, needed)
    for feature in found.features:
        values = {key: _text(feature.properties.get(name)) for key, name in taken.items()}
        yield Zone(feature, **{key: values.get(key, "") for key in COLUMNS})


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split()) if isinstance(value, (str, int, float)) else ""


def _columns(
    file: str, names: Sequence[str], columns: Mapping[str, str], needed: Sequence[tuple[str, str]]
) -> dict[str, str]:
    """The file's column for every key that it has one for.

    Raises:
        InputError: a key or a column is unknown, or the file lacks what is needed.
    """
    problems: list[Problem] = []
    for key, name in columns.items():
        if key not in COLUMNS:
            place = Place(file, 0, show(key))
            problems.append(place.problem("unknown_key.zones", right=list(COLUMNS), word=key))
        elif name not in names:
            problems.append(Place(file, 0, key).problem("unknown_column.zones", name, right=names))
    lower = {name.lower(): name for name in reversed(names)}
    taken = {
        key: lower[own.lower()]
        for key, known in COLUMNS.items()
        for own in reversed(known)
        if own.lower() in lower
    }
    taken |= columns
    for one, other in needed:
        if one not in taken and other not in taken and not problems:
            choose = f"say which of its columns it is: {listed(names)}" if names else ""
            words = {"known": listed(COLUMNS[one]), "choose": choose or "export it with its attributes"}
            problems.append(Place(file, 0, one).problem("missing_column.zones", attribute=one, **words))
    if problems:
        raise InputError(problems)
    return taken


def filtered(zones: list[Zone], file: str, territory: Sequence[str], sovereign: Sequence[str]) -> list[Zone]:
    """The zones of the territories and sovereigns wanted, by name or alpha-3 code; an empty list wants all.

    Raises:
        InputError: no zone has such a territory or sovereign.
    """
    problems: list[Problem] = []
    for key, wanted in (("territory", territory), ("sovereign", sovereign)):
        names = sorted({name for zone in zones for name in _names(zone, key)})
        for name in wanted:
            if not _any([name], names):
                near = nearest(name, names)
                known = f"the file has {listed(names, 40)}"
                choose = f"write {show(near)}, if that is meant" if near else known
                other = {"territory": "sovereign", "sovereign": "territory"}[key]
                if any(_any([name], _names(zone, other)) for zone in zones):
                    choose = f"use --{other} {show(name)}"
                place = Place(file, 0, key)
                problems.append(place.problem("unknown_reference.filter", name, kind=key, choose=choose))
    if problems:
        raise InputError(problems)
    return [
        zone
        for zone in zones
        if (not territory or _any(territory, _names(zone, "territory")))
        and (not sovereign or _any(sovereign, _names(zone, "sovereign")))
    ]


def _names(zone: Zone, key: str) -> tuple[str, ...]:
    return tuple(name for name in (getattr(zone, key), getattr(zone, f"iso_{key}")) if name)


def _any(wanted: Sequence[str], names: Collection[str]) -> bool:
    return not {name.strip().casefold() for name in wanted}.isdisjoint(name.casefold() for name in names)
