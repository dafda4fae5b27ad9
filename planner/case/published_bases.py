"""Published tables of ports and airfields: the World Port Index, of today and of before, and OurAirports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from planner.case.countries import country_called, country_of, replaced_code
from planner.case.place import Place
from planner.errors import Problem
from planner.schema.columns import NAME_CHARACTERS
from planner.schema.wording import show

POLE, WEST, EAST = 90.0, -180.0, 360.0
PORT_SIZES = {"v": "very small", "s": "small", "m": "medium", "l": "large"}
FLYING, SAILING = "aircraft;uncrewed_aircraft", "vessel"


@dataclass(frozen=True)
class Publication:
    """A published table of bases.

    Attributes:
        name: what its bases cite.
        columns: its names of what is taken; of several the first that the file has.
        kinds: the kinds of asset that a base takes by its type; of a type that is not there, nothing.
        usual: the types that are taken if none is asked for; the larger later.
    """

    name: str
    columns: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, str]
    usual: tuple[str, ...]

    def rank(self, type_: str) -> int:
        """How large bases of a type are."""
        return self.usual.index(type_) if type_ in self.usual else -1


PORTS = Publication(
    "World Port Index (NGA Pub. 150)",
    {
        "id": ("World Port Index Number", "INDEX_NO"),
        "name": ("Main Port Name", "PORT_NAME"),
        "country": ("Country Code", "COUNTRY"),
        "locode": ("UN/LOCODE",),
        "type": ("Harbor Size", "HARBORSIZE"),
        **{"lat": ("Latitude", "LATITUDE"), "lon": ("Longitude", "LONGITUDE")},
        **{"lat_deg": ("LAT_DEG", "Latitude Degrees"), "lon_deg": ("LONG_DEG", "Longitude Degrees")},
        **{"lat_min": ("LAT_MIN", "Latitude Minutes"), "lon_min": ("LONG_MIN", "Longitude Minutes")},
        **{
            "lat_side": ("LAT_HEMI", "Latitude Hemisphere"),
            "lon_side": ("LONG_HEMI", "Longitude Hemisphere"),
        },
    },
    dict.fromkeys(("", "unknown", *PORT_SIZES.values()), SAILING),
    ("", "unknown", "very small", "small", "medium", "large"),
)
AIRFIELDS = Publication(
    "OurAirports",
    {
        **{"id": ("ident",), "name": ("name",), "country": ("iso_country",), "type": ("type",)},
        **{"lat": ("latitude_deg",), "lon": ("longitude_deg",)},
    },
    {
        **dict.fromkeys(("small_airport", "medium_airport", "large_airport"), FLYING),
        **dict.fromkeys(("heliport", "seaplane_base"), "aircraft"),
    },
    ("medium_airport", "large_airport"),
)


@dataclass(frozen=True)
class Base:
    """A base as it was published."""

    of: Publication
    file: str
    row: int
    id: str
    name: str
    country: str
    type: str
    lon: float
    lat: float
    kinds: str

    def problem(self, key: str, **words: object) -> Problem:
        """A problem of the base."""
        return Place(self.file, self.row).problem(key, self.name, **words)

    @property
    def source(self) -> str:
        """What it cites."""
        type_ = f", {self.type}" if self.type else ""
        return f"{self.file}; {self.of.name} {self.id}{type_}; kinds by its type"


KNOWN = frozenset(name for kind in (PORTS, AIRFIELDS) for known in kind.columns.values() for name in known)
"""Every column of these tables."""


def publication_of(header: Iterable[str]) -> Publication | None:
    """The publication that a table with these columns is of; None if it is none of them."""
    names = {name.casefold() for name in header}
    for kind in (PORTS, AIRFIELDS):
        needed = (kind.columns[key] for key in ("id", "name", "country", "type"))
        if all(any(name.casefold() in names for name in known) for known in needed):
            return kind
    return None


def published_bases(
    rows: Sequence[Mapping[str, str]], kind: Publication, file: str
) -> tuple[list[Base], list[Problem]]:
    """The bases of a table, each id once, and problems of the rows that are none."""
    lower = {name.casefold(): name for name in reversed(list(rows[0]))}
    column = {
        key: lower[name.casefold()]
        for key, names in kind.columns.items()
        for name in reversed(names)
        if name.casefold() in lower
    }
    bases, problems, ids = list[Base](), list[Problem](), set[str]()
    for number, row in enumerate(rows, start=2):
        cells = {key: " ".join(row[name].split()) for key, name in column.items()}
        size = cells["type"].casefold()
        size = PORT_SIZES.get(size, size) if kind is PORTS else size
        if size not in kind.kinds:  # closed airfields, balloon ports
            continue
        lon, lat = _degrees(cells, "lon"), _degrees(cells, "lat")
        country = _country(cells)
        identity = cells["id"].removesuffix(".0")
        name = cells["name"][:NAME_CHARACTERS] or identity
        base = Base(kind, file, number, identity, name, country, size, lon, lat, kind.kinds[size])
        if not (abs(lat) <= POLE and WEST <= lon <= EAST):
            problems.append(base.problem("no_position"))
        elif not country:
            problems.append(base.problem("unknown_country.base", country=show(cells["country"])))
        elif identity in ids:
            problems.append(base.problem("same_id", id=show(identity)))
        else:
            ids.add(identity)
            bases.append(base)
    return bases, problems


def _country(cells: Mapping[str, str]) -> str:
    """The country of a port by its code, its name, or its UN/LOCODE."""
    given = cells["country"]
    return (
        country_of(given)
        or replaced_code(given)
        or country_called(given)
        or country_of(cells.get("locode", "")[:2])
    )


def _degrees(cells: Mapping[str, str], key: str) -> float:
    """A longitude or latitude, written in decimals or in degrees, minutes and side; else not a number."""
    try:
        if cells.get(key):
            return float(cells[key].replace(",", "."))
        degrees = float(cells[f"{key}_deg"]) + float(cells.get(f"{key}_min") or 0) / 60
    except (KeyError, ValueError):
        return float("nan")
    return -degrees if cells.get(f"{key}_side", "").upper() in ("S", "W") else degrees
