"""Imported outlines for the areas of an existing file: everything but the outlines stays as it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from planner.case.imported import as_feature, origin, rounded
from planner.case.marine_regions import Zone
from planner.case.matching import Candidate, ExistingAreas, match
from planner.case.outlines import outline_problem, sound_outline
from planner.case.records import Area
from planner.errors import InputError, Problem
from planner.geometry.repair import GeometryError


def replaced_areas(
    zones: list[Zone], file: str, existing: ExistingAreas
) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The features of the existing areas, in their order, with the outlines of the zones; and warnings.

    A zone that cannot be read is left out with a warning, if every area has found another.

    Args:
        zones: The zones of the imported file that are wanted.
        file: The name of that file.
        existing: The areas.

    Raises:
        InputError: an area has no zone, or its zone cannot be written with 6 decimals.
    """
    candidates, broken = _candidates(zones, file)
    chosen, problems, warnings = match(existing, candidates, file)
    if problems:
        raise InputError([*problems, *broken])
    warnings += [replace(problem, rule=f"is left out: {problem.rule}") for problem in broken]
    features = []
    for place, candidate in chosen.items():
        zone, record = candidate.zone, existing.records[place]
        try:
            outline = rounded(candidate.outline)
        except GeometryError as error:
            problems.append(outline_problem(file, zone.feature, zone.label, error))
            continue
        features.append(as_feature(_properties(zone, file, record, existing.file), outline))
        warnings += _remarks(candidate, file, record)
    if problems:
        raise InputError(problems)
    return features, warnings


def _candidates(zones: list[Zone], file: str) -> tuple[list[Candidate], list[Problem]]:
    candidates, broken = [], []
    for zone in zones:
        try:
            candidates.append(Candidate(zone, *sound_outline(zone.feature)))
        except GeometryError as error:
            broken.append(outline_problem(file, zone.feature, zone.label, error))
    return candidates, broken


def _properties(zone: Zone, file: str, record: Area, existing: str) -> dict[str, object]:
    kept = record.model_dump(exclude_none=True, exclude={"source"})
    figures = " and ".join(name for name in ("risk_weight", "target_coverage") if name in kept)
    mark = " (assumed)" if "assum" in record.source.lower() else ""
    return {**kept, "source": origin(zone, file, f"{figures} as in {existing}{mark}")}


def _remarks(candidate: Candidate, file: str, record: Area) -> list[Problem]:
    zone, found = candidate.zone, []
    row = zone.feature.number
    if candidate.note:
        rule = f"had a broken outline: {candidate.note}"
        found.append(Problem(file, row, "geometry", zone.label, rule, "check it in your GIS"))
    if zone.disputed:
        rule = f"is a zone where no single state has authority ({zone.polygon_type.lower()})"
        remedy = f"check that {record.coastal_state} gives access to {record.area_id}"
        found.append(Problem(file, row, "", zone.label, rule, remedy))
    return found
