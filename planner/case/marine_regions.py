"""The attributes of zones as Marine Regions names them, and which of the zones are wanted."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planner.case.countries import folded
from planner.case.place import Place
from planner.case.vector_file import Feature, FeatureFile
from planner.errors import InputError, Problem
from planner.schema.wording import listed, nearest, show

COLUMNS: dict[str, tuple[str, ...]] = {
    "territory": ("TERRITORY1", "territory"),
    "sovereign": ("SOVEREIGN1", "sovereign"),
    "iso_territory": ("ISO_TER1", "iso3_ter", "iso3_territory"),
    "iso_sovereign": ("ISO_SOV1", "iso3_sov", "iso3_sovereign"),
    "geoname": ("GEONAME", "name"),
    "polygon_type": ("POL_TYPE",),
    "mrgid": ("MRGID",),
    "source": ("source",),
    "territory2": ("TERRITORY2",),
    "sovereign2": ("SOVEREIGN2",),
    "iso_territory2": ("ISO_TER2",),
    "iso_sovereign2": ("ISO_SOV2",),
    "territory3": ("TERRITORY3",),
    "sovereign3": ("SOVEREIGN3",),
    "iso_territory3": ("ISO_TER3",),
    "iso_sovereign3": ("ISO_SOV3",),
}
"""What is taken from the file, and the columns of Marine Regions' own files that hold it (in any case)."""

NEEDED = (("territory", "geoname"), ("iso_territory", "iso_sovereign"))
"""A new area needs one of each pair: its name, and its coastal state."""
SHARED = re.compile(r"disput|overlap|claim|joint|contested|condominium", re.IGNORECASE)
"""Words in the kind of a zone where no single state has authority; before version 11 that is "Disputed"."""
SHARED_NAME = re.compile(r"(disputed|overlapping claim|joint (regime|development))\b", re.IGNORECASE)
DRY = re.compile(r"landlocked", re.IGNORECASE)
KNOWN = ("", "200nm", "eez", "exclusive economic zone", "12nm", "territorial sea", "24nm", "contiguous zone")
"""Kinds of zone that are one state's water: those of the World EEZ, and of its sister files."""


@dataclass(frozen=True)
class Zone:
    """A feature of the source with the attributes that are used, "" where it has none.

    ``others`` has name and code of further sovereigns, else territories, that the file names.
    """

    feature: Feature
    territory: str
    sovereign: str
    iso_territory: str
    iso_sovereign: str
    geoname: str
    polygon_type: str
    mrgid: str
    source: str = ""
    others: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the file calls the zone, else its number."""
        return self.geoname or self.territory or f"feature {self.feature.number}"

    @property
    def disputed(self) -> str:
        """Why no single coastal state has authority over the zone; "" where one has."""
        if SHARED.search(self.polygon_type):
            return self.polygon_type.lower()
        named = SHARED_NAME.match(self.geoname)
        if named:
            return named[1].lower()
        return f"the file names {listed(self.others)} besides" if self.others else ""

    @property
    def dry(self) -> bool:
        """Whether the file says that the zone has no sea."""
        return bool(DRY.search(self.polygon_type))

    @property
    def odd(self) -> bool:
        """Whether the kind of zone is not known."""
        kind = self.polygon_type.lower()
        return not self.disputed and kind.replace(" nm", "nm") not in KNOWN

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
        values = dict.fromkeys(COLUMNS, "")
        values |= {key: _text(feature.properties.get(name)) for key, name in taken.items()}
        own = {key: value for key, value in values.items() if key[-1] not in "23"}
        yield Zone(feature, **own, others=tuple(filter(None, (_other(values, at) for at in "23"))))


def _other(values: Mapping[str, str], at: str) -> str:
    """The second or third state of a zone, if it is another than the first."""
    for kind in ("sovereign", "territory"):
        name, code = values[f"{kind}{at}"], values[f"iso_{kind}{at}"]
        if name or code:
            same = (name and folded(name) == folded(values[kind])) or (code and code == values[f"iso_{kind}"])
            return "" if same else name or code
    return ""


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
            choose = f"say with --column {one}=NAME which of its columns it is: {listed(names)}"
            words = {
                "known": listed(COLUMNS[one]),
                "choose": choose if names else "export its attributes too",
            }
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
        names = sorted({getattr(zone, key) for zone in zones if getattr(zone, key)})
        known = {name for zone in zones for name in _names(zone, key)}
        for name in wanted:
            if not _any([name], known):
                near = nearest(name, names)
                choose = f"write {show(near)}, if that is meant" if near else f"the file has {listed(names)}"
                other = {"territory": "sovereign", "sovereign": "territory"}[key]
                if any(_any([name], _names(zone, other)) for zone in zones):
                    choose = f"use --{other} {show(name)}: it is the {other} of zones"
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
    return not {folded(name) for name in wanted}.isdisjoint(folded(name) for name in names)
