"""Risk weights from fishing effort: effort.csv -> risk.csv, ../areas.geojson, ENSO scenarios and futures.

    python weights.py

Fishing days of purse seiners, and longline hooks as days of HOOKS_A_DAY, are means over years; v is their sum
per km2 of zone and weight = 0.3 + 2.7 sqrt(v / largest v). Visits are fishing days / STAY_DAYS, stays as long
as the case takes them to be. Targets stay as they are in risk.csv.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
HOOKS_A_DAY = 2500.0  # assumed: one set a day
STAY_DAYS = 14.0  # dwell_days of case.toml
STRONG = 0.4  # yearly mean of the Oceanic Nino Index from which a year is El Nino; La Nina is as far below 0
SOURCE = (
    "WCPFC public-domain catch and effort, 5 degrees, purse seine 2005-2021 and longline 2005-2020 (copy in "
    "github jcvdav/LSMPA_spillover 3e8c811), spread over the Marine Regions v12 zones by area"
)
Year = Callable[[float], bool]
PHASES: dict[str, Year] = {
    "": lambda _: True,
    "el_nino": lambda index: index >= STRONG,
    "la_nina": lambda index: index <= -STRONG,
}


def main() -> None:
    """Write the weights everywhere."""
    effort, before = rows("effort.csv"), {row["area_id"]: row for row in rows("risk.csv")}
    seine, line = "purse_seine_days", "longline_hundred_hooks"
    density = {
        phase: {
            area: (mean(effort, area, seine, of) + mean(effort, area, line, of) * 100.0 / HOOKS_A_DAY)
            / float(row["published_area_km2"])
            for area, row in before.items()
        }
        for phase, of in PHASES.items()
    }
    largest = max(density[""].values())
    weight = {
        phase: {area: round(0.3 + 2.7 * math.sqrt(v / largest), 2) for area, v in found.items()}
        for phase, found in density.items()
    }
    table = [
        {
            "area_id": area,
            "purse_seine_days": round(mean(effort, area, seine, PHASES[""])),
            "longline_hundred_hooks": round(mean(effort, area, line, PHASES[""])),
            "published_area_km2": row["published_area_km2"],
            "fishing_days_per_1000_km2": f"{1000.0 * density[''][area]:.2f}",
            "risk_weight": f"{weight[''][area]:.2f}",
            "visits_per_year": round(density[""][area] * float(row["published_area_km2"]) / STAY_DAYS),
            "weight_basis": "derived",
            "weight_el_nino": f"{weight['el_nino'][area]:.2f}",
            "weight_la_nina": f"{weight['la_nina'][area]:.2f}",
            "target_coverage": row["target_coverage"],
            "target_basis": "assumed",
            "source": SOURCE,
        }
        for area, row in before.items()
    ]
    with (HERE / "risk.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(table[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
    areas = HERE.parent / "areas.geojson"
    lines = areas.read_text(encoding="utf-8").splitlines()
    visits = {str(row["area_id"]): int(row["visits_per_year"]) for row in table}
    told = [reweighed(each, weight[""], visits) for each in lines]
    areas.write_text("\n".join(told) + "\n", encoding="utf-8")
    case = HERE.parent / "case.toml"
    text = case.read_text(encoding="utf-8")
    for phase in ("el_nino", "la_nina"):
        values = "".join(f"areas.{area}.risk_weight = {w}\n" for area, w in weight[phase].items())
        table = rf"(\[(?:scenarios|futures)\.{phase}\]\n(?:[^a\n].*\n)*)(?:areas\..*\n)*"
        text = re.sub(table, rf"\g<1>{values}", text)
    case.write_text(text, encoding="utf-8")


def mean(effort: list[dict[str, str]], area: str, column: str, of: Year) -> float:
    """Mean of a column over the years of a phase that have it."""
    found = [
        float(row[column])
        for row in effort
        if row["area_id"] == area and row[column] and of(float(row["oceanic_nino_index"]))
    ]
    return sum(found) / len(found)


def reweighed(line: str, weights: dict[str, float], visits: dict[str, int]) -> str:
    """A line of areas.geojson with the weight and the visits of its zone."""
    area = re.search(r'"area_id":"(\w+)"', line)
    if area is None:
        return line
    line = re.sub(r'"visits_per_year":\d+,', "", line, count=1)
    told = f'"risk_weight":{json.dumps(weights[area[1]])},"visits_per_year":{visits[area[1]]}'
    return re.sub(r'"risk_weight":[\d.]+', told, line, count=1)


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a table beside this file."""
    with (HERE / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main()
