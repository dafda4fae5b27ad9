"""The attributes of zones as Marine Regions names them, and which of the zones are wanted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.case.features import Feature, FeatureFile
from planner.case.wording import listed, nearest, show, suggestion
from planner.errors import InputError, Problem

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
    names = list(dict.fromkeys(name for feature in found.features for name in feature.properties))
    taken = _columns(found.file, names, columns, needed)
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
            remedy = suggestion(key, list(COLUMNS))
            problems.append(Problem(file, 0, show(key), "", "is nothing that an area is made from", remedy))
        elif name not in names:
            problems.append(
                Problem(file, 0, key, show(name), "is not a column of the file", suggestion(name, names))
            )
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
            rule = f"has no column for {one} that is known ({listed(COLUMNS[one])})"
            remedy = (
                f"say which of its columns it is: {listed(names)}"
                if names
                else "export it with its attributes"
            )
            problems.append(Problem(file, 0, one, "", rule, remedy))
    if problems:
        raise InputError(problems)
    return taken


def filtered(zones: list[Zone], file: str, territory: Sequence[str], sovereign: Sequence[str]) -> list[Zone]:
    """The zones of the territories and sovereigns wanted, by name or alpha-3 code; an empty list wants all.

    Raises:
        InputError: no zone has such a territory or sovereign.
    """
    problems = [
        *_unknown(file, "territory", territory, {name for zone in zones for name in _territory(zone)}),
        *_unknown(file, "sovereign", sovereign, {name for zone in zones for name in _sovereign(zone)}),
    ]
    if problems:
        raise InputError(problems)
    return [
        zone
        for zone in zones
        if (not territory or _any(territory, _territory(zone)))
        and (not sovereign or _any(sovereign, _sovereign(zone)))
    ]


def _territory(zone: Zone) -> tuple[str, ...]:
    return tuple(name for name in (zone.territory, zone.iso_territory) if name)


def _sovereign(zone: Zone) -> tuple[str, ...]:
    return tuple(name for name in (zone.sovereign, zone.iso_sovereign) if name)


def _any(wanted: Sequence[str], names: Collection[str]) -> bool:
    return not {name.strip().casefold() for name in wanted}.isdisjoint(name.casefold() for name in names)


def _unknown(file: str, key: str, wanted: Sequence[str], names: set[str]) -> Iterator[Problem]:
    for name in wanted:
        if not _any([name], names):
            near = nearest(name, sorted(names))
            remedy = (
                f"write {show(near)}, if that is meant"
                if near
                else f"the file has {listed(sorted(names), 40)}"
            )
            yield Problem(file, 0, key, show(name), f"is the {key} of no zone", remedy)
