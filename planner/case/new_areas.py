"""What becomes of a zone's attributes in a new area: its id, name, coastal state and source."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from planner.case.countries import country_called, country_of, folded, replaced_code
from planner.case.marine_regions import Zone
from planner.case.place import Place
from planner.errors import Problem
from planner.schema.codes import COUNTRIES
from planner.schema.columns import NAME_CHARACTERS, TEXT_CHARACTERS
from planner.schema.values import RESERVED_IDS
from planner.schema.wording import show

ID_CHARACTERS = 56
"""Longest id that is made from a name; what tells ids apart fits behind it."""
RELEASE = re.compile(r"(?:^|_)eez(?:_land)?_v(\d+)(?:_(\d{4})(\d\d)(\d\d))?", re.IGNORECASE)
"""How the names of World EEZ's files begin: World_EEZ_v10_20180221, eez_v12."""
DOIS = {"10": "10.14284/312", "11": "10.14284/386", "12": "10.14284/632"}
MOST_ALIKE = 5
"""Zones that one thing is said of each on its own; of more it is said once."""
MOST_NAMED = 20
"""Names that are listed of those that have something else of a kind."""
Codes = Mapping[str, str]
"""The code given with --iso for a name or code of the file, folded; that of "" is for all without one."""


def state_of(zone: Zone, file: str, given: Codes) -> tuple[str, list[Problem]]:
    """The code of the territory, which gives access, or what stands for it with a warning; "" with a problem.

    A code that is reserved (ASC) is read as the one that gives access; one that is none, or is not there, is
    that of the sovereign, else that of the territory's or the sovereign's name.
    """
    own = next((word for word in _names(zone) if word in given), "")
    if own:
        return given[own], []
    code = zone.iso_territory
    if country_of(code):
        return country_of(code), []
    if replaced_code(code):
        taken = replaced_code(code)
        said = zone.problem(
            file, "code_taken", "iso_territory", code=code, taken=taken, name=COUNTRIES[taken]
        )
        return taken, [said]
    if "" in given:
        return given[""], []
    sovereign = country_of(zone.iso_sovereign) or replaced_code(zone.iso_sovereign)
    named = country_called(zone.territory) or country_called(zone.sovereign)
    lacks = "has a code that is none of ISO 3166-1" if code else "has no code of its territory"
    if sovereign or named:
        key, taken = ("sovereign_taken", sovereign) if sovereign else ("name_taken", named)
        said = zone.problem(file, key, "iso_territory", lacks=lacks, code=taken)
    else:
        taken, said = "", zone.problem(file, "unknown_country.zone", "iso_territory", lacks=lacks)
    return taken, [replace(said, value=f"{said.value} ({show(code)})") if code else said]


def _names(zone: Zone) -> list[str]:
    """What --iso may call a zone."""
    words = (zone.territory, zone.geoname, zone.iso_territory, zone.mrgid)
    return [folded(word) for word in words if word]


def unnamed(pairs: Mapping[str, str], zones: Sequence[Zone], file: str) -> Iterator[Problem]:
    """The words given with --iso that name no zone."""
    known = {name for zone in zones for name in _names(zone)}
    for word in pairs:
        if word and folded(word) not in known:
            right = sorted({zone.territory for zone in zones if zone.territory})
            yield Place(file, 0, "--iso").problem("unknown_reference.iso", word, right=right)


def names_and_ids(
    zones: Sequence[Zone], states: Sequence[str], sizes_km2: Sequence[float]
) -> list[tuple[str, str]]:
    """Name and id of each zone, whatever the order of the file.

    A zone is called as its territory, unless it is disputed or of an odd kind, or several such zones have the
    same territory: then as the file names it (GEONAME). Of zones that are still called alike the largest has
    the plain id, the others their Marine Regions id or a number behind it.
    """
    territories = [
        zone.territory or zone.geoname or COUNTRIES[state] for zone, state in zip(zones, states, strict=True)
    ]
    real = [not zone.disputed and not zone.odd for zone in zones]
    plain = [slug_of(name) for name in territories]
    real_ones = Counter(slug for slug, is_real in zip(plain, real, strict=True) if is_real)
    names = [
        name if is_real and real_ones[slug] == 1 else zone.geoname or name
        for zone, name, slug, is_real in zip(zones, territories, plain, real, strict=True)
    ]
    ids = dict[str, int]()
    for at in sorted(range(len(zones)), key=lambda at: (not real[at], -sizes_km2[at], zones[at].mrgid)):
        free, number = slug_of(names[at]), 1
        if free in ids and zones[at].mrgid:
            free = slug_of(f"{free}_{zones[at].mrgid}")
        while free in ids:
            number += 1
            free = f"{slug_of(names[at])}_{number}"
        ids[free] = at
    found = {at: free for free, at in ids.items()}
    return [(name[:NAME_CHARACTERS], found[at]) for at, name in enumerate(names)]


def slug_of(name: str) -> str:
    """An id made from a name, e.g. "Line Group" -> line_group."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub("[^a-z0-9]+", "_", plain.replace("'", "")).strip("_")[:ID_CHARACTERS].strip("_")
    if not re.match("[a-z]", slug) or slug in RESERVED_IDS:
        slug = f"area_{slug}".strip("_")
    return slug


def origin(zone: Zone, file: str, stated: str, remark: str) -> str:
    """The ``source`` of an imported area: the file, what is known of the outline's origin, and a remark.

    Version and doi are those in the name of a file of Marine Regions; a licence is only what somebody has
    stated.

    Args:
        zone: The zone.
        file: The name of the file.
        stated: What the user says of the origin.
        remark: What else is to be said.
    """
    parts = [file]
    if zone.mrgid:
        parts.append(f"Marine Regions zone {zone.mrgid} (marineregions.org)")
    release = RELEASE.search(file)
    if stated or zone.source:
        parts.append(stated or zone.source)
    elif release and (zone.mrgid or file.lower().startswith("world_eez")):
        version, year, month, day = release.groups()
        dated = f" of {year}-{month}-{day}" if year else ""
        doi = f", doi {DOIS[version]}" if version in DOIS else ""
        parts.append(f"World EEZ version {version}{dated}{doi}")
    else:
        parts.append("its version is not stated" if zone.mrgid else "the file states no origin")
    return "; ".join([*parts, remark])[:TEXT_CHARACTERS]


def gathered(problems: Sequence[Problem], noun: str = "zones") -> list[Problem]:
    """What is said of more than a few zones (or bases) alike, once, with number and the first of them."""
    alike: dict[tuple[str, ...], list[Problem]] = {}
    for each in problems:
        alike.setdefault((each.file, each.column, each.code, each.rule, each.remedy), []).append(each)
    kinds: dict[tuple[str, ...], list[Problem]] = {}
    for key, group in alike.items():
        if len(group) > MOST_ALIKE:
            names = (
                f"{', '.join(each.value for each in group[:MOST_ALIKE])} and {len(group) - MOST_ALIKE} more"
            )
            one = replace(group[0], row=0, value=f"each of {len(group):,} {noun} ({names})")
        kinds.setdefault(key[:3], []).extend([one] if len(group) > MOST_ALIKE else group)
    found: list[Problem] = []
    for (file, column, code), group in kinds.items():
        found += group[:MOST_ALIKE]
        if len(group) > MOST_ALIKE:
            others = [each.value for each in group[MOST_ALIKE:]]
            names = ", ".join(others[:MOST_NAMED]) + (", ..." if len(others) > MOST_NAMED else "")
            more = Place(file, 0, column).problem("more_alike", count=len(others), noun=noun)
            found.append(replace(more, value=names, code=code))
    return found


def given_codes(pairs: Mapping[str, str], file: str) -> tuple[Codes, list[Problem]]:
    """The codes given with --iso, and problems of those that are none."""
    codes, problems = dict[str, str](), list[Problem]()
    for word, code in pairs.items():
        known = country_of(code) or replaced_code(code)
        codes[folded(word)] = known
        if not known:
            problems.append(
                Place(file, 0, "--iso").problem("unknown_country", code, choose="give a code such as FJI")
            )
    return codes, problems
