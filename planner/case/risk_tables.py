"""Published fishing effort or detections, row by row: which column holds what, and how positions are read.

Effort of Global Fishing Watch, catch and effort of WCPFC (codes such as 10N, 165E), points of VIIRS or SAR,
and any table on a grid differ in the names of their columns, in whether a position is a square's
south-western corner or its middle, and in the size of squares (facts in ``published.toml``). They are read in
pieces, as rasters are.
"""

from __future__ import annotations

import datetime
import re
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.case.csv_file import separator_of
from planner.case.files import ARCHIVE, reading, reason, utf16_of
from planner.case.published import PUBLISHED, columns_of
from planner.case.rasters import ENDINGS, Raster, open_raster
from planner.frames import Array
from planner.geometry.longitude import TURN, canonical_lon
from planner.geometry.polygons import Booleans, Integers
from planner.schema.messages import Place, listed

NAMES: Mapping[str, Sequence[str]] = PUBLISHED["effort"]
"""What columns are called: the first that a file has is taken."""
SQUARES: Mapping[str, Any] = PUBLISHED["squares"]
BINS, BIN_DEG, FINE_BIN_DEG = "lon_bin", 0.1, 0.01
"""The column of bins, which are whole tenths of degrees, or hundredths where there are flags."""
AT_ONCE, MOST_PLACES = 500_000, 1_500_000
"""Rows that are read at a time, and places that are kept before they are handed on."""
PER_DEG, ROW = 10_000, 4_000_000
"""Places are told apart by 1e-4 degrees; a row of the world has fewer than ``ROW`` of them."""
MONTH_OF_DAY = np.repeat(np.arange(12), (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31))
"""The month of each day of the year, from 0."""
MONTHS, A_QUARTER, A_DATE = 12, 3, 3
READ, NO_NUMBER, NO_PLACE, NO_DAY = (
    "read",
    "no position or amount",
    "no place on the Earth",
    "no day or month, or of no period",
)
OTHERS, FAR, OUTSIDE, TAKEN = "left out by filters", "far from the areas", "outside the areas", "taken"
WHAT = (READ, NO_NUMBER, NO_PLACE, NO_DAY, OTHERS, FAR, OUTSIDE, TAKEN)
"""What becomes of rows, in the order in which it is told."""
POLE, LEAP_DAY, NEAR_INTEGER = 90.0, 60, 1e-6
_DIGIT = re.compile(r"\d")
_COMPACT = re.compile(r"^(\d{4})(\d\d)(\d\d)(\.0)?$")
_DAY = re.compile(r"^(\d{4}(?:-Q[1-4]|(?:-\d\d){0,2}))(?:[T ].*)?$")
_MONTH, _QUARTER = re.compile(r"^\d{4}-\d\d$"), re.compile(r"^(\d{4})-Q([1-4])$")
DATES = ("date", "year", "month", "quarter")
CUT_OFF = zipfile.BadZipFile, zlib.error, EOFError, ValueError
"""What is raised for an archive that is cut off, or holds something else."""
MOST_AMOUNT = 1e15
"""More than all fishing of the world: such an amount is not a number, and sums would have no end."""


@dataclass(frozen=True)
class Choices:
    """What is taken of a table, and how it is read.

    Attributes:
        columns: Names of columns by what they hold (the keys of ``NAMES``), where they have other names.
        pitch_deg: Size of its squares [degrees]; 0 for points; None to tell it from the positions.
        corner: Whether positions are south-western corners; None to tell it from the column's name.
        flags, gears: Only these; all if empty.
        since, until: First and last day, as 2024-01-31, or month, or year; blank for no limit.
        floor: The share of the weight that water without effort has too, 0 to 1.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    pitch_deg: float | None = None
    corner: bool | None = None
    flags: Sequence[str] = ()
    gears: Sequence[str] = ()
    since: str = ""
    until: str = ""
    floor: float = 0.0


class Table:
    """A published table or raster: which column holds what, and how positions are read.

    Attributes:
        rows, amount: How many rows were read and dropped, and their amount, by ``WHAT``.
    """

    def __init__(self, path: Path, choices: Choices, period_of_day: Integers | None = None) -> None:
        """Read the head of a table.

        Args:
            path: the file.
            choices: what is taken.
            period_of_day: position of the period of each day of the year, shape (365,); none where periods
                are not told apart.

        Raises:
            InputError: the file cannot be read, or lacks a column.
        """
        for option, day in (("--since", choices.since), ("--until", choices.until)):
            if day and not _is_date(day):
                raise Place(path.name, 0, option).error("not_a_date.option", day)
        self.path, self.choices = path, choices
        self.pitch_deg, self.scale, self.monthly = choices.pitch_deg or 0.0, 1.0, False
        self.unknown = True
        self.rows, self.amount = Counter[str](), defaultdict[str, float](float)
        self.raster: Raster | None = None
        self.how: dict[str, Any] = {}
        if path.suffix.lower() in ENDINGS:
            self.raster = open_raster(path, choices.columns.get("value", ""))
            self.pitch_deg = self.raster.pitch_deg if choices.pitch_deg is None else choices.pitch_deg
            self.columns, self.unknown = {name: name for name in self.raster.columns}, False
        else:
            self._read_head()
        dated = "date" if "date" in self.columns else "year"
        asked = {"flag": choices.flags, "gear": choices.gears, dated: choices.since or choices.until}
        self.filters = [what for what, wanted in asked.items() if wanted]
        lacking = [what for what in ("lon", "lat", *self.filters) if what not in self.columns]
        if lacking:
            raise Place(path.name, 1).error("missing_column.risk", columns=listed(lacking))
        self.position = self.columns["lon"].strip().lower()
        self.corner = self.position in SQUARES["corners"] if choices.corner is None else choices.corner
        calendars = {"date"}, {"year", "month"}, {"year", "quarter"}
        has_days = any(some <= {*self.columns} for some in calendars)
        self.period_of_day = period_of_day if has_days else None
        self.dated = self.period_of_day is not None or bool(choices.since or choices.until)

    @property
    def read_as(self) -> str:
        """How positions and amounts are read, once some are."""
        if not self.pitch_deg:
            where = "points"
        else:
            where = f"squares of {self.pitch_deg:g}° by their {'corners' if self.corner else 'middles'}"
        what = f"amounts of {self.columns['value']}" if "value" in self.columns else "a row counts 1"
        return f"{where}, {what}"

    @cached_property
    def spread(self) -> Array:
        """What part of amounts is of each period: of those of each period, month, quarter of the year.

        A month that several periods share is theirs by its days. Shape (rows, periods).
        """
        days = self.period_of_day
        if days is None:
            return np.ones((1, 1))
        number = int(days.max()) + 1
        of_month = np.zeros((MONTHS, number))
        np.add.at(of_month, (MONTH_OF_DAY[days >= 0], days[days >= 0]), 1.0)
        length = np.bincount(MONTH_OF_DAY)[:, None]
        of_quarter, quarter = (
            each.reshape(-1, A_QUARTER, each.shape[1]).sum(axis=1) for each in (of_month, length)
        )
        return np.vstack([np.eye(number), of_month / length, of_quarter / quarter])

    def _read_head(self) -> None:
        with self._reading():
            with self.path.open("rb") as stream:
                magic = stream.read(len(ARCHIVE))
            if self.zipped:
                with self._first() as member:
                    magic = member.read(len(ARCHIVE))
            elif magic == ARCHIVE:
                raise Place(self.path.name).error("not_text.workbook")
            encoding = utf16_of(magic) or "utf-8-sig"
            self.how = {"encoding": encoding, "encoding_errors": "replace"}
            first = str(self._begin(nrows=1, header=None, sep="\x00").iloc[0, 0])
            names = {*self.choices.columns.values(), *(name for known in NAMES.values() for name in known)}
            separator, begin = separator_of(f"{first}\n", names)
            self.how |= {"sep": separator, "skiprows": int(begin > 0)}
            head = [*map(str, self._begin(nrows=0).columns)]
            stated = self._begin(nrows=1, header=None, dtype="str").iloc[0]
        self.columns = columns_of(head, NAMES)
        for what, name in self.choices.columns.items():
            if what not in NAMES:
                raise Place(self.path.name, 0, "--column").error("unknown_key.risk", what, right=list(NAMES))
            found = columns_of(head, {what: [name.strip()]})
            if not found:
                raise Place(self.path.name, 1).error("missing_column.named", name, right=head)
            self.columns |= found
        twice = {*stated[stated.duplicated()]} & {*self.columns.values()}
        if twice:
            raise Place(self.path.name, 1 + self.how["skiprows"]).error("column_twice", tuple(sorted(twice)))

    def places(self, bounds: Array) -> Iterator[tuple[Integers, Array, Integers]]:
        """Key, amount and row of ``spread`` of each place within bounds (west, south, east, north).

        They come some ``MOST_PLACES`` at a time, and more than once where a file is long.
        """
        kept, size = list[pd.Series](), 0
        for chunk in self.raster.pieces if self.raster else self._chunks():
            lon, lat = (_degrees(chunk[self.columns[what]]) for what in ("lon", "lat"))
            if self.unknown:
                self._tell(chunk, lon, lat)
            value, (period, in_time) = self._amounts(chunk), self._times(chunk)
            self.rows[READ] += len(chunk)
            self.amount[READ] += float(np.nansum(value))
            half = self.pitch_deg / 2.0 if self.corner else 0.0
            lon, lat = canonical_lon(lon / self.scale + half), lat / self.scale + half
            margin = max(self.pitch_deg, 0.01)
            near = canonical_lon(lon - (bounds[0] - margin)) <= bounds[2] - bounds[0] + 2.0 * margin
            near &= (lat >= bounds[1] - margin) & (lat <= bounds[3] + margin)
            keep = np.ones(len(chunk), dtype=bool)
            for what, good in (
                (NO_NUMBER, np.isfinite(value) & ~np.isnan(lon) & ~np.isnan(lat)),
                (NO_PLACE, np.abs(lat) <= POLE),
                (NO_DAY, period >= 0),
                (OTHERS, in_time & self._wanted(chunk)),
                (FAR, near),
            ):
                lost = keep & ~good
                self.rows[what] += int(lost.sum())
                self.amount[what] += float(np.nansum(value[lost]))
                keep &= good
            self.rows[TAKEN] += int(keep.sum())
            key = np.rint((lat[keep] + 90.0) * PER_DEG) * ROW + np.rint(lon[keep] * PER_DEG)
            key = key.astype(np.int64) * len(self.spread) + period[keep]
            kept.append(pd.Series(value[keep]).groupby(key, sort=False).sum())
            size += len(kept[-1])
            if size > MOST_PLACES:
                yield self._summed(kept)
                kept, size = [], 0
        yield self._summed(kept)

    def _summed(self, kept: list[pd.Series]) -> tuple[Integers, Array, Integers]:
        """Places of several pieces, each once."""
        whole = pd.concat([*kept, pd.Series(dtype="float64")]).groupby(level=0).sum()
        at, period = np.divmod(whole.index.to_numpy(dtype=np.int64), len(self.spread))
        return at, whole.to_numpy(), period

    @property
    def zipped(self) -> bool:
        """Whether the file is an archive, of one table or several that have the same columns."""
        return self.path.suffix.lower() == ".zip"

    def _files(self) -> Generator[Any]:
        """What the rows are read from, each from its beginning: the path, or the tables of an archive."""
        if not self.zipped:
            yield self.path
            return
        with zipfile.ZipFile(self.path) as archive:
            every = [name for name in archive.namelist() if not name.endswith("/")]
            tables = [name for name in every if name.lower().endswith(".csv") and "__MACOSX" not in name]
            if not tables and len(every) != 1:
                raise zipfile.BadZipFile("it has no file that ends in .csv")
            for name in tables or every:
                with archive.open(name) as stream:
                    yield stream

    @contextmanager
    def _first(self) -> Iterator[Any]:
        with closing(self._files()) as files:
            yield next(files)

    def _begin(self, **options: Any) -> pd.DataFrame:
        """What the first rows of the first table say."""
        with self._first() as file:
            found: pd.DataFrame = pd.read_csv(file, **{**self.how, **options})
        return found

    def _chunks(self) -> Iterator[pd.DataFrame]:
        used = {"lon", "lat", "value", *self.filters, *(DATES if self.dated else ())}
        some = [*dict.fromkeys(name for what, name in self.columns.items() if what in used)]
        decimal = "," if self.how["sep"] == ";" else "."
        with self._reading():
            for file in self._files():
                yield from pd.read_csv(
                    file, usecols=some, chunksize=AT_ONCE, index_col=False, decimal=decimal, **self.how
                )

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Turns what pandas says about a file into an InputError."""
        place = Place(self.path.name)
        with reading(self.path.name, "missing_file"):
            try:
                yield
            except pd.errors.EmptyDataError:
                raise place.error("empty_file") from None
            except pd.errors.ParserError as error:
                raise place.error("malformed_csv", said=reason(error)) from None
            except CUT_OFF as error:
                raise place.error("wrong_format.archive", said=reason(error)) from None

    def _amounts(self, chunk: pd.DataFrame) -> Array:
        """The amount of each row; 1 where the table has none, as detections have.

        Raises:
            InputError: an amount such as 1,234 or 3h, whose row would be lost; words mean no amount.
        """
        if "value" not in self.columns:
            return np.ones(len(chunk))
        said = chunk[self.columns["value"]]
        value = pd.to_numeric(said, errors="coerce").to_numpy(dtype=np.float64)
        if not pd.api.types.is_numeric_dtype(said):
            texts = said[np.isnan(value)].dropna().astype("string")
            wrong = texts[texts.str.contains(_DIGIT)]
            if len(wrong):
                row = int(wrong.index[0]) + 2 + self.how["skiprows"]
                place = Place(self.path.name, row, self.columns["value"])
                raise place.error("not_a_number.digits", str(wrong.iloc[0]))
        return np.where((value >= 0.0) & (value <= MOST_AMOUNT), value, np.nan)

    def _times(self, chunk: pd.DataFrame) -> tuple[Integers, Booleans]:
        """Which row of ``spread`` each row's amount is shared out by, and whether its date is wanted.

        -1 where it has no date, or one of no period.
        """
        if not self.dated:
            return np.zeros(len(chunk), dtype=np.int64), np.ones(len(chunk), dtype=bool)
        number, date = _dates_in(self._dates(chunk))
        period = np.where(date.notna(), self._periods(date), -1)
        return period[number], self._within(date)[number]

    def _periods(self, date: pd.Series) -> Integers:
        """The row of ``spread`` for each date; -1 where it has none.

        The last day of February of a leap year counts as the day before.
        """
        days = self.period_of_day
        if days is None:
            return np.zeros(len(date), dtype=np.int64)
        day = pd.to_datetime(_days_in(date), format="%Y-%m-%d", errors="coerce")
        number = day.dt.day_of_year.sub(day.dt.is_leap_year & (day.dt.day_of_year >= LEAP_DAY))
        at = np.minimum(number.fillna(0).to_numpy(dtype=np.int64), len(days)) - 1
        month, first = MONTH_OF_DAY[at], int(days.max()) + 1
        found = np.select(
            [at < 0, _is_like(date, _QUARTER), _is_like(date, _MONTH)],
            [-1, first + MONTHS + month // A_QUARTER, first + month],
            days[at],
        )
        some = np.asarray(self.spread.any(axis=1))
        return np.where((found >= 0) & some[found], found, -1)

    def _tell(self, chunk: pd.DataFrame, lon: Array, lat: Array) -> None:
        """Tell from the first rows the size of squares that is not stated, the scale, and what dates mean.

        The size is the largest of which all positions can be the corners, or the middles, of squares. Of
        monthly effort of Global Fishing Watch the date is the first day of the month, beside year and month.
        """
        self.unknown = False
        dates = [self.columns[what] for what in ("date", "year", "month") if what in self.columns]
        if len(dates) == A_DATE and {*dates} <= {*chunk.columns}:
            _, days = _dates_in(chunk[dates[0]])
            self.monthly = bool(days.str.endswith("-01").fillna(False).all())
        if self.choices.pitch_deg is None:
            self.pitch_deg = self._pitch(lon, lat)
        if self.position == BINS and self.pitch_deg:
            self.scale = float(round(1.0 / self.pitch_deg))

    def _pitch(self, lon: Array, lat: Array) -> float:
        if self.position == BINS:
            far = np.nanmax(np.abs(lat), initial=0.0) * BIN_DEG > POLE
            far |= np.nanmax(np.abs(lon), initial=0.0) * BIN_DEG > TURN
            return FINE_BIN_DEG if far or "flag" in self.columns else BIN_DEG
        if "value" not in self.columns:
            return 0.0
        whole = self.position in SQUARES["sizes"]
        some = [np.unique(each[np.isfinite(each)]) for each in (lon, lat)]

        def fits(pitch: float) -> bool:
            def steps(each: Array) -> Array:
                if whole:
                    return each / pitch
                return (each - each[0]) / pitch if len(each) > 1 else 2.0 * each / pitch

            return all((np.abs(step - np.rint(step)) < NEAR_INTEGER).all() for step in map(steps, some))

        pitches: Sequence[float] = SQUARES["sizes"].get(self.position, SQUARES["usual"])
        return next((pitch for pitch in pitches if not pitch or fits(pitch)), pitches[-1])

    def _wanted(self, chunk: pd.DataFrame) -> Booleans:
        """Which rows are of a flag and a gear that are wanted."""
        keep = np.ones(len(chunk), dtype=bool)
        for what, asked in (("flag", self.choices.flags), ("gear", self.choices.gears)):
            if asked:
                names = {each.strip().casefold() for each in asked}
                said = chunk[self.columns[what]].astype("string").str.strip().str.casefold()
                keep &= said.isin(names).to_numpy(dtype=bool)
        return keep

    def _within(self, date: pd.Series) -> Booleans:
        """Which dates are within those that are wanted."""
        since, until = self.choices.since, self.choices.until
        date = date.where(~_is_like(date, _QUARTER), _days_in(date).str.slice(0, len("2024-01")))
        early = date.str.slice(0, len(since)) < since
        late = (date.str.slice(0, len(until)) > until) if until else False
        return ~(early | late | date.isna()).fillna(True).to_numpy(dtype=bool)

    def _dates(self, chunk: pd.DataFrame) -> pd.Series:
        """Days, or months, quarters or years where the table has no days."""
        if "date" in self.columns and not self.monthly:
            return chunk[self.columns["date"]]
        parts = {
            what: chunk[self.columns[what]].astype("string").str.removesuffix(".0")
            for what in ("year", "month", "quarter")
            if what in self.columns
        }
        if "month" in parts:
            return parts["year"] + "-" + parts["month"].str.zfill(2)
        if "quarter" in parts:
            return parts["year"] + "-Q" + parts["quarter"]
        return parts["year"]


def _is_date(text: str) -> bool:
    """Whether a text is a day as 2024-01-31, a month or a year."""
    try:
        datetime.date.fromisoformat(text + "2024-01-01"[len(text) :])
    except ValueError:
        return False
    return len(text) in (4, 7, 10)


def _dates_in(column: pd.Series) -> tuple[Integers, pd.Series]:
    """The dates in a column, each once, and which of them each row has, shape (rows,).

    They are days as 2024-01-31, months, quarters or years, from that, from 2024/01/31 and 20240131, with a
    time or without; NA for what is none.
    """
    number, names = pd.factorize(column, use_na_sentinel=False)
    plain = pd.Series(names).astype("string").str.strip().str.replace("/", "-")
    plain = plain.str.replace(_COMPACT, r"\1-\2-\3", regex=True)
    return number, plain.str.extract(_DAY, expand=False)


def _days_in(text: pd.Series) -> pd.Series:
    """A day in the middle of each month and quarter, and days as they are."""
    middle = text.str.replace(
        _QUARTER, lambda found: f"{found[1]}-{A_QUARTER * int(found[2]) - 1:02}-15", regex=True
    )
    return middle.where(~_is_like(text, _MONTH), text + "-15")


def _is_like(text: pd.Series, pattern: re.Pattern[str]) -> Booleans:
    return text.str.match(pattern).fillna(False).to_numpy(dtype=bool)


def _degrees(column: pd.Series) -> Array:
    """Degrees from numbers or from codes such as 10S and 165E; NaN for what is none, or not finite."""
    if pd.api.types.is_numeric_dtype(column):
        number = column.to_numpy(dtype=np.float64)
    else:
        text = column.astype("string").str.strip().str.upper()
        number = pd.to_numeric(text.str.rstrip("NSEW"), errors="coerce").to_numpy(dtype=np.float64)
        number = np.where(text.str.endswith(("S", "W")).fillna(False), -number, number)
    return np.where(np.isfinite(number), number, np.nan)


def place_of(key: Integers) -> tuple[Array, Array]:
    """Longitude and latitude [degrees] of places by their keys."""
    return (key % ROW) / PER_DEG, (key // ROW) / PER_DEG - 90.0
