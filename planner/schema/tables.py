"""The tables of a case, every column of every one of them."""

from __future__ import annotations

from planner.schema.columns import (
    ASSET_KINDS,
    BY_TABLE,
    FUNDABLE_KINDS,
    HOURS_PER_YEAR,
    MOST_MONEY,
    MOST_WEIGHT,
    SERVICES,
    Column,
    amount,
    choice,
    choices,
    country,
    currency,
    ident,
    idents,
    latitude,
    longitude,
    name,
    number,
    positive,
    source,
    text,
)
from planner.schema.table import Table

FIXED, SATELLITE = "fixed", "satellite"
COVERAGE, SHARE, SPENDING = "least_coverage", "least_share", "least_spending"
MOST_PENALTY = 1e12
MOST_RISK_ROWS = 2_000_000
"""Points taken from a risk map: the Pacific at a tenth of a degree has about 2 million."""
CASE, RISK_MAP = "case", "risk"
"""What sources and uncertainty call ``case.toml`` and the risk map, whose figures belong to no row."""

OPERATOR = ident(
    "operator", "Who runs it", domain="an id, the coastal state's code in lower case for a state's own (fji)"
)
UNITS = number("units", "The number of units, fractions allowed", least=0, most=1e6, ranged=True)
HOURS = number(
    "hours_per_unit", "The hours that one unit works in a year", least=0, most=HOURS_PER_YEAR, ranged=True
)
HOURLY_COST = amount("cost_per_hour", "The cost of one hour")
SERVICE = choice(
    "service", "The service that runs it", SERVICES, required=False, default="",
    domain="civil, police or military, needed where a programme asks",
)  # fmt: skip

AREAS = Table(
    "areas",
    "areas.geojson",
    "The zones to watch, one feature each, in longitude and latitude (before or beyond 180, or in 0 to 360: "
    "all mean the same). areas.gpkg or areas.shp can be given instead. `planner import-areas` makes this "
    "file from the Marine Regions zones.",
    (
        ident("area_id", "The area's id"),
        name("The area's name"),
        country("coastal_state", "The state or territory that gives access"),
        number(
            "risk_weight",
            "The weight of a square kilometre relative to other areas",
            least=0,
            most=MOST_WEIGHT,
        ),
        number(
            "target_coverage", "The coverage wanted, as a share", least=0, most=1, blank="takes case.toml's"
        ),
        source(),
    ),
    id="area_id",
    outlines=True,
)
BASES = Table(
    "bases",
    "bases.csv",
    "Ports and airfields.",
    (
        ident("base_id", "The base's id"),
        name("The base's name"),
        country("country", "The country of the base"),
        longitude(),
        latitude(),
        choices("kinds", "The kinds of asset that the base takes", ASSET_KINDS),
        number(
            "capacity_hours", "The mission hours a year that the base can support", least=0, most=1e9,
            blank="= no limit",
        ),
        source(),
    ),
    id="base_id",
)  # fmt: skip
ASSETS = Table(
    "assets",
    "assets.csv",
    "Vessels and aircraft that work from bases.",
    (
        ident("asset_id", "The asset's id, unique among assets and sensors"),
        name("The asset's name"),
        choice("kind", "The kind of asset", ASSET_KINDS),
        OPERATOR,
        idents(
            "bases", "The bases that it may use", ("bases",),
            domain="ids separated by ;, or * for all that take its kind",
        ),
        UNITS,
        HOURS,
        positive("transit_speed_kn", "The speed to and from the search area", "knots", 1000),
        positive("search_speed_kn", "The speed while searching", "knots", 1000),
        positive("sweep_width_nm", "The sweep width", "nautical miles", 1000),
        positive("range_nm", "The distance run on full fuel", "nautical miles", 50_000),
        positive("endurance_h", "The longest mission", "hours", HOURS_PER_YEAR),
        number("reserve", "The share of the range kept in reserve", least=0, below=1, ranged=True),
        positive("min_on_station_h", "The shortest search worth a mission", "hours", HOURS_PER_YEAR),
        HOURLY_COST,
        amount("cost_per_mission", "The cost of a mission besides its hours"),
        currency("The currency of the row's costs"),
        SERVICE,
        source(),
    ),
    id="asset_id",
)  # fmt: skip
_FIXED, _SATELLITE = (FIXED,), (SATELLITE,)
SENSORS = Table(
    "sensors",
    "sensors.csv",
    "Fixed sensors (coastal radars) and satellite tasking; the columns of the other kind stay blank. The "
    "file is optional.",
    (
        ident("sensor_id", "The sensor's id, unique among assets and sensors"),
        name("The sensor's name"),
        choice("kind", "The kind of sensor", (FIXED, SATELLITE)),
        OPERATOR,
        UNITS,
        HOURS,
        HOURLY_COST,
        currency("The currency of the row's costs"),
        SERVICE,
        source(),
        longitude(kinds=_FIXED, ranged=True),
        latitude(kinds=_FIXED, ranged=True),
        positive("radius_nm", "The radius of the footprint", "nautical miles", 3000, kinds=_FIXED),
        positive(
            "coverage_factor", "The coverage factor that one unit adds in its footprint over the horizon", "",
            MOST_WEIGHT, kinds=_FIXED,
        ),
        positive("swept_km2_per_scene", "The area swept by one scene", "km2", 5.2e8, kinds=_SATELLITE),
        positive(
            "hours_per_scene", "The time of the unit that one scene takes", "hours", HOURS_PER_YEAR,
            kinds=_SATELLITE,
        ),
        amount("cost_per_scene", "The cost of one scene", kinds=_SATELLITE),
    ),
    id="sensor_id",
    space="assets",
    optional=True,
)  # fmt: skip
PROGRAMMES = Table(
    "programmes",
    "programmes.csv",
    "Donor programmes: budgets, what they may fund, where.",
    (
        ident("programme_id", "The programme's id"),
        name("The programme's name"),
        text("donor", "Who pays", 200),
        amount("budget", "The yearly budget"),
        currency("The currency of the budget"),
        choices("asset_kinds", "The kinds that it may fund", FUNDABLE_KINDS, everything=True),
        idents("assets", "The assets and sensors that it may fund", ("assets", "sensors")),
        idents("areas", "The areas of its mandate", ("areas",)),
        choices(
            "services",
            "The services that it may fund",
            SERVICES,
            everything=True,
            required=False,
            default=("*",),
        ),
        source(),
    ),
    id="programme_id",
)
ACCESS = Table(
    "access",
    "access.csv",
    "Where coastal states let operators work. A state's own operator (fji in FJI) needs no row.",
    (
        ident("operator", "The operator that may work there", domain="an id as in assets.csv"),
        idents("areas", "The areas where it may work", ("areas",), cascade=True),
        text("basis", "What the access rests on, e.g. a shiprider agreement"),
        source(),
    ),
    id="operator",
    unique=False,
)
_SHORT = "What each {} short costs, in risk-weighted km2 of the objective{}"
_MONEY = _SHORT.format("million", " per million of the currency column's currency")
_WITH_AREAS, _OF_PROGRAMMES = (COVERAGE, SHARE), (SHARE, SPENDING)
LIMITS = Table(
    "limits",
    "limits.csv",
    "Limits that you set: a least coverage of areas, a least share of a programme's money in named areas, a "
    "least spending. Without a penalty a limit is hard: where hard limits cannot all hold there is no plan, "
    "but the answer names a smallest set of them that conflict and the least relaxation. A limit with a "
    "penalty may be missed at that price. The file is optional.",
    (
        ident("limit_id", "The limit's id"),
        choice("kind", "What is asked for", (COVERAGE, SHARE, SPENDING)),
        ident(
            "programme", "The programme whose money is meant", ("programmes",), cascade=True,
            domain="an id of programmes.csv", kinds=_OF_PROGRAMMES,
        ),
        idents(
            "areas",
            "The areas, each of which is to be covered so far, or in which together that share is spent",
            ("areas",), cascade=True, kinds=_WITH_AREAS,
        ),
        number(
            "least", "The coverage wanted at least, as a share of the area", least=0, most=1, ranged=True,
            kinds=(COVERAGE,),
        ),
        number(
            "least", "The share of what the programme spends, at least", least=0, most=1, ranged=True,
            kinds=(SHARE,),
        ),
        amount("least", "The amount spent at least", kinds=(SPENDING,)),
        number(
            "penalty", _SHORT.format("km2", ""), least=0, most=MOST_PENALTY, ranged=True, blank="= hard",
            kinds=(COVERAGE,),
        ),
        number(
            "penalty", _MONEY, least=0, most=MOST_PENALTY, ranged=True, blank="= hard", kinds=_OF_PROGRAMMES
        ),
        currency(
            "The currency of the penalty", required=False, kinds=(SHARE,),
            domain="an ISO 4217 code, blank takes the case's",
        ),
        currency("The currency of least and penalty", kinds=(SPENDING,)),
        source("Why the limit is set, or where it was read"),
    ),
    id="limit_id",
    optional=True,
)  # fmt: skip
RISK = Table(
    RISK_MAP,
    "risk.csv",
    "A map of weights; each cell takes that of the nearest point. The file is optional.",
    (
        longitude(),
        latitude(),
        number(
            "weight", "The weight of a square kilometre near the point", least=0, most=MOST_WEIGHT
        ),
    ),
    optional=True,
    most_rows=MOST_RISK_ROWS,
)  # fmt: skip

RECORDS = (AREAS, BASES, ASSETS, SENSORS, PROGRAMMES, ACCESS, LIMITS)
"""The tables whose rows have an id: what scenarios change, add and remove."""
_UNCERTAIN = tuple(table.name for table in RECORDS if table.figures)

SOURCES = Table(
    "sources",
    "sources.csv",
    "Where figures come from. The most specific row wins, among equals the later one; a figure without a row "
    "counts as assumed. The table case stands for case.toml (horizon_days, dwell_days, target_coverage, "
    "fx.rates); rates without a row count as stated, since [fx] says when and where they were read. The file "
    "is optional.",
    (
        choice("table", "The table of the figures", (*(table.name for table in RECORDS), CASE)),
        idents(
            "id", "The rows meant", (BY_TABLE,), cascade=True,
            domain="ids (for access: operators) separated by ;, or *, which case needs",
        ),
        Column(
            "field", "fields", "The columns meant", everything=True,
            domain="names separated by ;, or * for every figure; for case horizon_days, dwell_days, "
            "target_coverage and fx.rates",
        ),
        choice("basis", "How the source supports the figure", ("stated", "derived", "assumed")),
        text("source", "Where it was read"),
        text("note", "The arithmetic of a derived figure, or a remark", required=False, default=""),
    ),
    optional=True,
)  # fmt: skip
UNCERTAINTY = Table(
    "uncertainty",
    "uncertainty.csv",
    "Ranges of figures for `planner sensitivity`, in place of columns `X_low`, `X_high` and for figures that "
    "have none; a row without low and high says how the columns' ranges are drawn. The most specific row "
    "wins. The file is optional.",
    (
        choice("table", "The table of the figures", (CASE, *_UNCERTAIN, RISK_MAP)),
        idents(
            "id", "The rows meant", (BY_TABLE,), cascade=True,
            domain="ids separated by ;, or *, which case and risk need",
        ),
        Column(
            "field", "fields", "The columns meant", everything=True,
            domain="names separated by ;, or * for every number but places; for case keys such as dwell_days "
            "or fx.rates.AUD, for risk weight",
        ),
        number(
            "low", "The lowest likely value, in the unit and currency of the figure", least=-MOST_MONEY,
            most=MOST_MONEY, required=False, domain="at most the figure",
        ),
        number(
            "high", "The highest likely value, in the unit and currency of the figure", least=-MOST_MONEY,
            most=MOST_MONEY, required=False, domain="at least the figure",
        ),
        number(
            "low_factor", "The lowest likely value as a multiple of the figure", least=0, most=1e6,
            required=False, domain="0 to 1, instead of low",
        ),
        number(
            "high_factor", "The highest likely value as a multiple of the figure", least=0, most=1e6,
            required=False, domain="1 or more, instead of high",
        ),
        choice(
            "distribution", "How values lie in the range", ("uniform", "triangular", "loguniform"),
            required=False, default="uniform",
            domain="uniform, triangular with its peak at the figure, or loguniform for ranges over orders of "
            "magnitude",
        ),
        Column(
            "together", "word", "A name for figures that are high or low together", required=False,
            default="",
            domain="a-z, 0-9 and _, or blank if each varies on its own",
        ),
        text("source", "Where the range was read, or the word assumption"),
    ),
    optional=True,
    most_rows=2000,
)  # fmt: skip

WHOLE = (BASES, ASSETS, SENSORS, PROGRAMMES, ACCESS, LIMITS, SOURCES, UNCERTAINTY)
"""The CSV tables that are kept whole; the risk map is read in pieces."""
TABLES = {table.name: table for table in (AREAS, *WHOLE, RISK)}
