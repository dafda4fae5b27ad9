"""What the declaration of a column in ``tables.toml`` says."""

from __future__ import annotations

from dataclasses import dataclass, replace

NAME_CHARACTERS = 200
TEXT_CHARACTERS = 2000
ID_CHARACTERS = 64
LOW, HIGH = "_low", "_high"
BY_TABLE = "the table named beside it"
"""The reference of a list of ids to the table that the row's column ``table`` names."""
UNBOUNDED = 1e6
"""Bounds from here on only catch slips, and are not told."""


@dataclass(frozen=True)
class Column:
    """One column of a table of inputs.

    Attributes:
        name: The name in the header.
        type: "number", "text", "id", "word", "ids", "fields", "choice", "choices", "day", "country" or
            "currency".
        text: What the value is; completes the remedy "give ...".
        unit: The unit of a number, as it follows "in"; empty for shares, counts and indices.
        domain: Which values are allowed, in words; made from the rest if empty.
        required: Whether the cell must be filled.
        default: What a blank cell means.
        blank: What a blank cell means, in words.
        least, most, above, below: Bounds of a number, the first two included, the others not.
        characters: The longest text.
        choices: The words allowed for "choice" and "choices".
        everything: Whether a list may be ``*``.
        references: The tables whose ids the value names (``BY_TABLE``: the one named beside it).
        cascade: Whether a row goes with the last record that this column names; else that is a problem.
        money: Whether the number is an amount in the currency of the row.
        yearly: Whether the number is that of a year, of which a shorter horizon takes its part.
        ranged: Whether the number may have a likely range, in companions ``X_low`` and ``X_high``.
        place: Whether the number says where something is.
        whole: Whether the number is a whole one.
        capital: Whether only a capacity plan reads it.
        kinds: The kinds of row that have the column; all kinds if empty.
        usual: The range of usual values by kind of row ("*": of every kind); of money in US dollars.
    """

    name: str
    type: str
    text: str
    unit: str = ""
    domain: str = ""
    required: bool = True
    default: object = None
    blank: str = ""
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
    yearly: bool = False
    ranged: bool = False
    place: bool = False
    whole: bool = False
    capital: bool = False
    kinds: tuple[str, ...] = ()
    usual: tuple[tuple[str, float, float], ...] = ()

    @property
    def what(self) -> str:
        """What the value is, with its unit."""
        return f"{self.text}, in {self.unit}" if self.unit else self.text

    @property
    def description(self) -> str:
        """What the value is, with its unit; its domain, and whether it is a year's."""
        year = "; a horizon of less than 360 days takes its part" if self.yearly else ""
        return f"{self.what}; {self._domain}{self._usual}{year}"

    @property
    def listed(self) -> bool:
        """Whether the cell holds a list, separated by ``;``."""
        return self.type in ("ids", "fields", "choices")

    @property
    def numeric(self) -> bool:
        """Whether the cell holds a number."""
        return self.type == "number"

    def allows(self, number: float) -> bool:
        """Whether a number is within the bounds."""
        return (
            (self.least is None or number >= self.least)
            and (self.most is None or number <= self.most)
            and (self.above is None or number > self.above)
            and (self.below is None or number < self.below)
        )

    def companions(self) -> tuple[Column, ...]:
        """The columns of the number's likely range."""
        if not self.ranged:
            return ()
        return tuple(
            replace(
                self,
                name=self.name + end,
                text=f"The {word} likely value of {self.name} ({self.text[0].lower()}{self.text[1:]})",
                domain=f"{self._domain}, or blank",
                required=False,
                ranged=False,
                usual=(),
            )
            for end, word in ((LOW, "lowest"), (HIGH, "highest"))
        )

    @property
    def _domain(self) -> str:
        if self.domain:
            return self.domain
        if self.type == "choice":
            return f"{', '.join(self.choices[:-1])} or {self.choices[-1]}"
        if self.type == "choices":
            end = ", or * for all" if self.everything else ""
            return f"{', '.join(self.choices)}, separated by ;{end}"
        if self.type == "text":
            return f"text of up to {self.characters} characters"
        return f"{self._bounds}, blank {self.blank}" if self.blank else self._bounds

    @property
    def _usual(self) -> str:
        unit = " US dollars" if self.money else ""
        ranges = (
            f"{low:,.12g} to {high:,.12g}{unit}" + (f" for {kind.replace('_', ' ')}" if kind != "*" else "")
            for kind, low, high in self.usual
        )
        return f" (usually {', '.join(ranges)})" if self.usual else ""

    @property
    def _bounds(self) -> str:
        low = f"{self.least:g}" if self.least is not None else f"above {self.above:g}"
        if self.below is not None:
            return f"{low} to below {self.below:g}"
        if self.most is None or self.most >= UNBOUNDED:
            return f"at least {low}" if self.least is not None else low
        return f"{low} to {self.most:.10g}"
