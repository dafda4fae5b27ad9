"""The files of the small case that ``planner new`` writes; every figure in them is an assumption."""

from __future__ import annotations

CASE_TOML = """\
# What holds for the whole case. Every figure here and in the tables is an example: replace it.
title = "Example: two zones, two donors"
currency = "USD"         # of all results (ISO 4217); amounts in other currencies need a rate below
horizon_days = 365       # the period that is planned
dwell_days = 14          # how long a vessel that should be seen stays in one place
target_coverage = 0.2    # wanted share of such vessels seen, in areas that state no target of their own
objective = "coverage"   # or "shortfall": targets first; or "fair": the smallest coverage / target first

[fx]
date = 2025-06-30
source = "assumed, for the example"

[fx.rates]
AUD = 0.65               # US dollars for one Australian dollar

[cells]
spacing_nm = 60          # grid of cells, 5 to 300 nautical miles: finer is slower

[solver]
name = "highs"           # or "cbc"
gap_tolerance = 0.0001   # stop when plan and bound are this near
time_limit_s = 600

# A scenario is a set of changes: planner run CASE --scenario half_budgets
[scenarios.half_budgets]
title = "Half of every budget"
programmes.patrols.budget = 600000
programmes.eyes.budget = {factor = 0.5}

# A loss, for planner stress: what falls away together (programmes, assets, bases, access), and for which
# share of the horizon.
# [stress.storm]
# title = "A storm closes the western port for a quarter of the year"
# bases = ["west_port"]
# share = 0.25
"""

AREAS_GEOJSON = """\
{"type": "FeatureCollection", "features": [
{"type": "Feature", "properties": {"area_id": "west", "name": "Western zone", "coastal_state": "FJI", \
"risk_weight": 1.0, "source": "assumed: a rectangle across 180 degrees"}, \
"geometry": {"type": "Polygon", "coordinates": \
[[[176, -20], [182, -20], [182, -15], [176, -15], [176, -20]]]}},
{"type": "Feature", "properties": {"area_id": "east", "name": "Eastern zone", "coastal_state": "TON", \
"risk_weight": 1.5, "target_coverage": 0.3, "source": "assumed: a rectangle"}, \
"geometry": {"type": "Polygon", "coordinates": \
[[[182, -23], [187, -23], [187, -17], [182, -17], [182, -23]]]}}
]}
"""

BASES_CSV = """\
base_id,name,country,lon,lat,kinds,capacity_hours,source
west_port,Western port,FJI,178.42,-18.13,vessel,,assumed
east_port,Eastern port and airfield,TON,-175.2,-21.13,vessel;aircraft,4000,assumed
"""

ASSETS_CSV = """\
asset_id,name,kind,operator,bases,units,hours_per_unit,transit_speed_kn,search_speed_kn,sweep_width_nm,\
sweep_width_nm_low,sweep_width_nm_high,range_nm,endurance_h,reserve,min_on_station_h,cost_per_hour,\
cost_per_mission,currency,service,source
patrol_boat,Patrol boat,vessel,fji,west_port,1,1900,12,12,16,8,20,3000,240,0.1,24,800,0,AUD,police,assumed
survey_plane,Surveillance aircraft,aircraft,partner_air,east_port,1,700,220,180,40,20,80,1800,8,0.1,1,\
5000,500,USD,civil,assumed
"""

SENSORS_CSV = """\
sensor_id,name,kind,operator,units,hours_per_unit,cost_per_hour,currency,service,lon,lat,radius_nm,coverage_factor,\
swept_km2_per_scene,hours_per_scene,cost_per_scene,source
radar_scenes,Radar satellite scenes,satellite,partner_air,1,500,0,USD,civil,,,,,10000,0.25,2000,assumed
"""

PROGRAMMES_CSV = """\
programme_id,name,donor,budget,currency,asset_kinds,assets,areas,services,source
patrols,Patrol support,Donor A,1200000,AUD,vessel,*,*,police;civil,assumed
eyes,Civil surveillance,Donor B,2500000,USD,aircraft;satellite,*,*,civil,assumed
"""

ACCESS_CSV = """\
operator,areas,basis,source
partner_air,*,Example of a regional agreement,assumed
fji,east,Example of a boarding agreement between the two states,assumed
"""

SOURCES_CSV = """\
table,id,field,basis,source,note
case,*,*,assumed,example of planner new,
areas,*,*,assumed,example of planner new,
bases,*,*,assumed,example of planner new,
assets,*,*,assumed,example of planner new,
assets,patrol_boat,hours_per_unit,assumed,example of planner new,about 80 days at sea
sensors,*,*,assumed,example of planner new,
programmes,*,*,assumed,example of planner new,
"""

UNCERTAINTY_CSV = """\
table,id,field,low,high,low_factor,high_factor,distribution,together,source
case,*,dwell_days,7,28,,,loguniform,,assumption
programmes,*,budget,,,0.8,1.2,uniform,,assumption
assets,*,sweep_width_nm,,,,,uniform,radar,assumption: the columns' ranges and all radars good or bad together
"""

FILES = {
    "case.toml": CASE_TOML,
    "areas.geojson": AREAS_GEOJSON,
    "bases.csv": BASES_CSV,
    "assets.csv": ASSETS_CSV,
    "sensors.csv": SENSORS_CSV,
    "programmes.csv": PROGRAMMES_CSV,
    "access.csv": ACCESS_CSV,
    "sources.csv": SOURCES_CSV,
    "uncertainty.csv": UNCERTAINTY_CSV,
}
"""Name and text of every file but the README, which is made from the records' own descriptions."""

EXPLAINED = ("limits.csv",)
"""Files that are not made but explained."""

README_HEAD = """\
# A case to start from

All figures in this folder are examples, marked `assumed`: replace them by your own.
`planner check FOLDER` lists everything that is wrong in one go; `planner run FOLDER` plans.

Tables are CSV in UTF-8 with commas. A list in one cell is separated by `;`, and `*` means all. Ids use a-z,
0-9 and `_` and begin with a letter; `total`, `all` and `none` are taken. Columns marked * must be filled.
Any number X of the assets, sensors, programmes and limits may have companions `X_low` and `X_high`: its
likely range. Optional files that are not here: `limits.csv` (explained below), `risk.csv` (a map of weights)
and `land.geojson` (polygons of land).
Other files, such as this one, and subfolders are not read.
"""

PURPOSES = {
    "case.toml": "What holds for the whole case; comments in the file explain each key.",
    "areas.geojson": "The zones to watch, one feature each, in longitude and latitude (before or beyond 180, "
    "or in 0 to 360: all mean the same). areas.gpkg or areas.shp do as well. `planner import-areas` makes "
    "this file from the Marine Regions zones.",
    "bases.csv": "Ports and airfields.",
    "assets.csv": "Vessels and aircraft that work from bases.",
    "sensors.csv": "Fixed sensors (coastal radars) and satellite tasking; the columns of the other kind stay "
    "blank. The file is optional.",
    "programmes.csv": "Donor programmes: budgets, what they may fund, where.",
    "access.csv": "Consent of coastal states. A state's own operator (fji in FJI) needs no row.",
    "sources.csv": "Where figures come from. The most specific row wins; a figure without a row counts as "
    "assumed. The table case stands for case.toml (horizon_days, dwell_days, target_coverage, fx.rates); "
    "rates without a row count as stated, since [fx] says when and where they were read. The file is "
    "optional.",
    "uncertainty.csv": "Ranges of figures for `planner sensitivity`, in place of columns `X_low`, `X_high` "
    "and for figures that have none; a row without low and high says how the columns' ranges are drawn. The "
    "most specific row wins. The file is optional.",
    "limits.csv": "Limits that you set: a least coverage of areas, a least share of a programme's money in "
    "named areas, a least spending. Without a penalty a limit is hard: where hard limits cannot all hold "
    "there is no plan, but the answer names a smallest set of them that conflict and the least "
    "relaxation. A limit with a penalty may be missed at that price. The file is optional.",
    "risk.csv": "A map of weights; each cell takes that of the nearest point. The file is optional.",
}
