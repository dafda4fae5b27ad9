"""Zones as Marine Regions publishes them: which are wanted, and what ids, names and states they give."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from shapely.geometry.base import BaseGeometry

from planner.case import published
from planner.case.published import PUBLISHED, country_of, folded, one_line, replaced_code
from planner.case.vector_file import Feature, FeatureFile
from planner.errors import InputError, Problem
from planner.schema.codes import COUNTRIES
from planner.schema.messages import Place, listed, nearest, show
from planner.schema.tables import NAME_CHARACTERS, TEXT_CHARACTERS
from planner.schema.values import RESERVED_IDS

COLUMNS: Mapping[str, Sequence[str]] = PUBLISHED["zones"]
"""What is taken from the file, and the columns of Marine Regions' own files that hold it (in any case)."""
NEEDED = (("territory", "geoname"), ("iso_territory", "iso_sovereign"))
"""A new area needs one of each pair: its name, and its coastal state."""
SHARED = re.compile(r"disput|overlap|claim|joint|contested|conflict|condominium", re.IGNORECASE)
"""Words in the kind of a zone where no single state has authority; before version 11 that is "Disputed"."""
SHARED_NAME = re.compile(r"(disputed|overlapping claim|conflict zone|joint (regime|development))\b", re.I)
DRY = "landlocked"
KNOWN = PUBLISHED["kinds_of_zone"]["one_state"]
ID_CHARACTERS = 56
"""Longest id that is made from a name; what tells ids apart fits behind it."""
RELEASE = re.compile(r"(?:^|_)eez(?:_land)?_v(\d+)(?:_(\d{4})(\d\d)(\d\d))?", re.IGNORECASE)
"""How the names of World EEZ's files begin: World_EEZ_v10_20180221, eez_v12."""
MOST_ALIKE, MOST_NAMED = 5, 20
"""Zones that one thing is said of each on its own, of more it is said once; names that are listed of those
that have something else of a kind."""
Codes = Mapping[str, str]
"""The code given with --iso for a name or code of the file, folded; that of "" is for all without one."""


@dataclass(frozen=True)
class Zone:
    """A feature of the source with the attributes that are used, "" where it has none.

    ``others`` has name or code of further sovereigns, else territories, that the file names.
    """

    file: str
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
    def outline(self) -> BaseGeometry | None:
        """Its outline."""
        return self.feature.outline

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
    def odd(self) -> bool:
        """Whether the kind of zone is not known."""
        return not self.disputed and self.polygon_type.lower().replace(" nm", "nm") not in KNOWN

    def called(self, *keys: str) -> set[str]:
        """What the zone has for some keys, folded."""
        return {folded(getattr(self, key)) for key in keys if getattr(self, key)}

    def problem(self, key: str, column: str = "", **words: Any) -> Problem:
        """A problem of the zone."""
        return Place(self.file, self.feature.number, column).problem(key, self.name, **words)


def read_zones(
    found: FeatureFile, columns: Mapping[str, str], needed: Sequence[tuple[str, str]] = NEEDED
) -> list[Zone]:
    """The zones of a file, with the attributes that are used.

    ``columns`` names the column that holds a key, where it is not Marine Regions' own; the file must have a
    column for one of each pair that is ``needed``.

    Raises:
        InputError: a column is unknown, or the file lacks what is needed.
    """
    problems, names = list[Problem](), found.columns
    for key, name in columns.items():
        if key not in COLUMNS:
            place = Place(found.file, 0, show(key))
            problems.append(place.problem("unknown_key.zones", right=list(COLUMNS), word=key))
        elif name not in names:
            problems.append(Place(found.file, 0, key).problem("unknown_column.zones", name, right=names))
    taken, given_wrongly = {**published.columns_of(names, COLUMNS), **columns}, bool(problems)
    for one, other in needed:
        if one not in taken and other not in taken and not given_wrongly:
            choose = f"say with --column {one}=NAME which of its columns it is: {listed(names)}"
            words = {"attribute": one, "known": listed(COLUMNS[one])}
            words["choose"] = choose if names else "export its attributes too"
            problems.append(Place(found.file, 0, one).problem("missing_column.zones", **words))
    if problems:
        raise InputError(problems)
    texts = {key: [_text(one.properties.get(name)) for one in found.features] for key, name in taken.items()}
    codes = {text for key, column in texts.items() if key.startswith("iso_") for text in column}
    for key, column in texts.items():
        # R writes NA for what is not there; among codes of two letters it is Namibia
        if not key.startswith("iso_") or any(len(code) == len("NAM") for code in codes):
            texts[key] = ["" if text == "NA" else text for text in column]
    zones = []
    for at, feature in enumerate(found.features):
        values = dict.fromkeys(COLUMNS, "") | {key: column[at] for key, column in texts.items()}
        own = {key: value for key, value in values.items() if key[-1] not in "23"}
        others = tuple(filter(None, (_other(values, at) for at in "23")))
        zones.append(Zone(found.file, feature, **own, others=others))
    return zones


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
    return one_line(str(value)) if isinstance(value, (str, int, float)) else ""


def filtered(zones: list[Zone], file: str, territory: Sequence[str], sovereign: Sequence[str]) -> list[Zone]:
    """The zones of the territories and sovereigns wanted, by name or alpha-3 code; an empty list wants all.

    Raises:
        InputError: no zone has such a territory or sovereign.
    """
    problems = list[Problem]()
    asked = {"territory": territory, "sovereign": sovereign}
    known = {key: set().union(*(zone.called(key, f"iso_{key}") for zone in zones)) for key in asked}
    for (key, wanted), other in zip(asked.items(), reversed(asked), strict=True):
        names = sorted({getattr(zone, key) for zone in zones if getattr(zone, key)})
        for name in wanted:
            if folded(name) not in known[key]:
                near = nearest(name, names)
                choose = f"write {show(near)}, if that is meant" if near else f"the file has {listed(names)}"
                if folded(name) in known[other]:
                    choose = f"use --{other} {show(name)}: it is the {other} of zones"
                place = Place(file, 0, key)
                problems.append(place.problem("unknown_reference.filter", name, kind=key, choose=choose))
    if problems:
        raise InputError(problems)
    for key, wanted in asked.items():
        words = {folded(name) for name in wanted}
        zones = [zone for zone in zones if not words or words & zone.called(key, f"iso_{key}")]
    return zones


def given_codes(pairs: Mapping[str, str], zones: Sequence[Zone], file: str) -> Codes:
    """The codes given with --iso.

    Raises:
        InputError: one is not a code, or is for a zone that is not there.
    """
    place = Place(file, 0, "--iso")
    codes = {folded(word): country_of(code) or replaced_code(code) for word, code in pairs.items()}
    wrong = [code for word, code in pairs.items() if not codes[folded(word)]]
    problems = [place.problem("unknown_country", code, choose="give a code such as FJI") for code in wrong]
    if not problems:
        known = set().union(*map(_names, zones))
        right = sorted({zone.territory for zone in zones if zone.territory})
        unknown = [word for word in pairs if word and folded(word) not in known]
        problems = [place.problem("unknown_reference.iso", word, right=right) for word in unknown]
    if problems:
        raise InputError(problems)
    return codes


def _names(zone: Zone) -> set[str]:
    """What --iso may call a zone."""
    return zone.called("territory", "geoname", "iso_territory", "mrgid")


def state_of(zone: Zone, given: Codes) -> tuple[str, list[Problem]]:
    """The code of the territory, which gives access, or what stands for it with a warning; "" with a problem.

    A code that is reserved (ASC) is read as the one that gives access; one that is none, or is not there, is
    that of the sovereign, else that of the territory's or the sovereign's name.
    """
    for word in given:
        if word and word in _names(zone):
            return given[word], []
    code = zone.iso_territory
    if country_of(code):
        return country_of(code), []
    if taken := replaced_code(code):
        words = {"code": code, "taken": taken, "name": COUNTRIES[taken]}
        return taken, [zone.problem("code_taken", "iso_territory", **words)]
    if "" in given:
        return given[""], []
    sovereign = country_of(zone.iso_sovereign) or replaced_code(zone.iso_sovereign)
    taken = sovereign or published.country_called(zone.territory) or published.country_called(zone.sovereign)
    lacks = "has a code that is not in ISO 3166-1" if code else "has no code of its territory"
    key = "sovereign_taken" if sovereign else "name_taken" if taken else "unknown_country.zone"
    words = {"lacks": lacks, "code": taken} if taken else {"lacks": lacks}
    said = zone.problem(key, "iso_territory", **words)
    return taken, [replace(said, value=f"{said.value} ({show(code)})") if code else said]


def names_and_ids(
    zones: Sequence[Zone], states: Sequence[str], sizes_km2: Sequence[float]
) -> Iterator[tuple[str, str]]:
    """Name and id of each zone, whatever the order of the file.

    A zone is called as its territory, unless it is disputed or of an odd kind, or several such zones have the
    same territory: then as the file names it (GEONAME). Of zones that are still called alike the largest has
    the plain id, the others their Marine Regions id or a number behind it.
    """
    pairs = zip(zones, states, strict=True)
    territories = [zone.territory or zone.geoname or COUNTRIES[state] for zone, state in pairs]
    plain = {at for at, zone in enumerate(zones) if not zone.disputed and not zone.odd}
    several = Counter(slug_of(territories[at]) for at in plain)
    names = [
        name if at in plain and several[slug_of(name)] == 1 else zones[at].geoname or name
        for at, name in enumerate(territories)
    ]
    ids = dict[str, int]()
    for at in sorted(range(len(zones)), key=lambda at: (at not in plain, -sizes_km2[at], zones[at].mrgid)):
        free, number = slug_of(names[at]), 1
        if free in ids and zones[at].mrgid:
            free = slug_of(f"{free}_{zones[at].mrgid}")
        while free in ids:
            number += 1
            free = f"{slug_of(names[at])}_{number}"
        ids[free] = at
    for at, area_id in sorted((at, area_id) for area_id, at in ids.items()):
        yield names[at][:NAME_CHARACTERS], area_id


def slug_of(name: str) -> str:
    """An id made from a name, e.g. "Line Group" -> line_group."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub("[^a-z0-9]+", "_", plain.replace("'", "")).strip("_")[:ID_CHARACTERS].strip("_")
    if not re.match("[a-z]", slug) or slug in RESERVED_IDS:
        slug = f"area_{slug}".strip("_")
    return slug


def origin(zone: Zone, stated: str, note: str) -> str:
    """The ``source`` of an imported area: the file, what is known of the outline's origin, and a note.

    Version and doi are those in the name of a file of Marine Regions; a licence is only what the user has
    ``stated``.
    """
    parts = [zone.file]
    if zone.mrgid:
        parts.append(f"Marine Regions zone {zone.mrgid} (marineregions.org)")
    release = RELEASE.search(zone.file)
    if stated or zone.source:
        parts.append(stated or zone.source)
    elif release and (zone.mrgid or zone.file.lower().startswith("world_eez")):
        version, year, month, day = release.groups()
        dated = f" of {year}-{month}-{day}" if year else ""
        doi = f", doi {PUBLISHED['dois'][version]}" if version in PUBLISHED["dois"] else ""
        parts.append(f"World EEZ version {version}{dated}{doi}")
    else:
        parts.append("its version is not stated" if zone.mrgid else "the file states no origin")
    return "; ".join([*parts, note])[:TEXT_CHARACTERS]


def gathered(problems: Iterable[Problem], noun: str = "zones") -> list[Problem]:
    """What is said of more than a few zones (or bases) alike, once, with number and the first of them."""
    same: dict[tuple[str, ...], list[Problem]] = {}
    for each in problems:
        same.setdefault((each.file, each.column, each.code, each.rule, each.remedy), []).append(each)
    kinds: dict[tuple[str, ...], list[Problem]] = {}
    for key, group in same.items():
        if len(group) > MOST_ALIKE:
            names = ", ".join(each.value for each in group[:MOST_ALIKE])
            value = f"each of {len(group):,} {noun} ({names} and {len(group) - MOST_ALIKE} more)"
            group[:] = [replace(group[0], row=0, value=value)]
        kinds.setdefault(key[:3], []).extend(group)
    found: list[Problem] = []
    for (file, column, code), group in kinds.items():
        found += group[:MOST_ALIKE]
        others = [each.value for each in group[MOST_ALIKE:]]
        if others:
            more = Place(file, 0, column).problem("more_of_the_same", count=len(others), noun=noun)
            names = ", ".join(others[:MOST_NAMED]) + (", ..." if len(others) > MOST_NAMED else "")
            found.append(replace(more, value=names, code=code))
    return found
