"""What the declaration of a column says, and short ways to write down the usual kinds of column."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

HOURS_PER_YEAR = 8784.0
"""Hours in a leap year: no unit can work longer."""
MOST_MONEY = 1e15
"""Larger amounts are slips in any currency: the whole world's product is about 1e14 US dollars."""
MOST_WEIGHT = 1e6
NAME_CHARACTERS = 200
TEXT_CHARACTERS = 2000
ID_CHARACTERS = 64
ASSET_KINDS = ("vessel", "aircraft", "uncrewed_aircraft")
FUNDABLE_KINDS = (*ASSET_KINDS, "fixed", "satellite")
SERVICES = ("civil", "police", "military")
LOW, HIGH = "_low", "_high"
BY_TABLE = "the table named beside it"
"""The reference of a list of ids to the table that the row's column ``table`` names."""


@dataclass(frozen=True)
class Column:
    """One column of a table of inputs.

    Attributes:
        name: The name in the header.
        type: "number", "text", "id", "word", "ids", "fields", "choice", "choices", "country" or "currency".
        text: What the value is; completes the remedy "give ...".
        unit: The unit of a number, as it follows "in"; empty for shares, counts and indices.
        domain: Which values are allowed, in words; made from the bounds of a number if empty.
        required: Whether the cell must be filled.
        default: What a blank cell means.
        least, most, above, below: Bounds of a number, the first two included, the others not.
        characters: The longest text.
        choices: The words allowed for "choice" and "choices".
        everything: Whether a list may be ``*``.
        references: The tables whose ids the value names (``BY_TABLE``: the one named beside it).
        cascade: Whether a row goes with the last record that this column names; else that is a problem.
        money: Whether the number is an amount in the currency of the row.
        ranged: Whether the number may have a likely range, in companions ``X_low`` and ``X_high``.
        place: Whether the number says where something is.
        kinds: The kinds of row that have the column; all kinds if empty.
    """

    name: str
    type: str
    text: str
    unit: str = ""
    domain: str = ""
    required: bool = True
    default: object = None
    least: float | None = None
    most: float | None = None
    above: float | None = None
    below: float | None = None
    characters: int = TEXT_CHARACTERS
    choices: tuple[str, ...] = ()
    everything: bool = False
    references: tuple[str, ...] = ()
    cascade: bool = False
    money: bool = False
    ranged: bool = False
    place: bool = False
    kinds: tuple[str, ...] = ()

    @property
    def what(self) -> str:
        """What the value is, with its unit."""
        return f"{self.text}, in {self.unit}" if self.unit else self.text

    @property
    def description(self) -> str:
        """What the value is, with its unit; and its domain."""
        return f"{self.what}; {self.domain or self._bounds()}"

    @property
    def listed(self) -> bool:
        """Whether the cell holds a list, separated by ``;``."""
        return self.type in ("ids", "fields", "choices")

    @property
    def numeric(self) -> bool:
        """Whether the cell holds a number."""
        return self.type == "number"

    def companions(self) -> tuple[Column, ...]:
        """The columns of the number's likely range."""
        if not self.ranged:
            return ()
        return tuple(
            replace(
                self,
                name=self.name + end,
                text=f"The {word} likely value of {self.name} ({self.text[0].lower()}{self.text[1:]})",
                domain=f"{self.domain or self._bounds()}, or blank",
                required=False,
                ranged=False,
            )
            for end, word in ((LOW, "lowest"), (HIGH, "highest"))
        )

    def _bounds(self) -> str:
        low = f"{self.least:g}" if self.least is not None else f"above {self.above:g}"
        if self.below is not None:
            return f"{low} to below {self.below:g}"
        if self.most is None or self.most >= MOST_WEIGHT:
            return f"at least {low}" if self.least is not None else low
        return f"{low} to {self.most:.10g}"


def number(name: str, text: str, unit: str = "", *, blank: str = "", **how: Any) -> Column:
    """A number; ``blank`` says what a blank cell means, and that the cell may be blank."""
    how.setdefault("required", not blank)
    column = Column(name, "number", text, unit, **how)
    return replace(column, domain=f"{column._bounds()}, blank {blank}") if blank else column


def amount(name: str, text: str, **how: Any) -> Column:
    """An amount of money in the currency of the row."""
    unit = "the currency column's currency"
    return number(
        name, text, unit, least=0, most=MOST_MONEY, domain="at least 0", money=True, ranged=True, **how
    )


def positive(name: str, text: str, unit: str, most: float, **how: Any) -> Column:
    """A number above 0 that may have a range."""
    return number(name, text, unit, above=0, most=most, ranged=True, **how)


def longitude(**how: Any) -> Column:
    """Where something is, east of Greenwich."""
    return number("lon", "The longitude east", "degrees", least=-180, most=360, place=True, **how)


def latitude(**how: Any) -> Column:
    """Where something is, north of the equator."""
    return number("lat", "The latitude north", "degrees", least=-90, most=90, place=True, **how)


def ident(name: str, text: str, references: tuple[str, ...] = (), **how: Any) -> Column:
    """An id: of the row itself, or of the record that it names."""
    domain = str(how.pop("domain", f"a-z, 0-9 and _, at most {ID_CHARACTERS} characters"))
    return Column(name, "id", text, domain=domain, references=references, **how)


def idents(name: str, text: str, references: tuple[str, ...], **how: Any) -> Column:
    """A list of ids, or ``*`` for all."""
    domain = str(how.pop("domain", "ids separated by ;, or * for all"))
    return Column(name, "ids", text, domain=domain, references=references, everything=True, **how)


def choice(name: str, text: str, choices: tuple[str, ...], **how: Any) -> Column:
    """One of some words."""
    domain = str(how.pop("domain", f"{', '.join(choices[:-1])} or {choices[-1]}"))
    return Column(name, "choice", text, domain=domain, choices=choices, **how)


def choices(name: str, text: str, words: tuple[str, ...], **how: Any) -> Column:
    """Some of some words, separated by ``;``."""
    domain = f"{', '.join(words)}, separated by ;" + (", or * for all" if how.get("everything") else "")
    return Column(name, "choices", text, domain=domain, choices=words, **how)


def text(name: str, what: str, characters: int = TEXT_CHARACTERS, **how: Any) -> Column:
    """Text on one line."""
    domain = f"text of up to {characters} characters"
    return Column(name, "text", what, domain=domain, characters=characters, **how)


def name(what: str) -> Column:
    """The name of a row, for people."""
    return text("name", what, NAME_CHARACTERS)


def country(name: str, what: str) -> Column:
    """A country or territory."""
    return Column(name, "country", what, domain="an ISO 3166-1 alpha-3 code")


def currency(what: str, **how: Any) -> Column:
    """The currency of the row's money."""
    domain = str(how.pop("domain", "an ISO 4217 code"))
    return Column("currency", "currency", what, domain=domain, **how)


def source(what: str = "Where the row's figures were read") -> Column:
    """Where the row comes from."""
    return text("source", what, required=False, default="")
