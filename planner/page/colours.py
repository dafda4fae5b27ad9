"""The colours of a page that stand for something, by day and by night: those of figures and of QGIS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.report import palette

THEMES = ("light", "dark")


def colours(theme: str) -> dict[str, Any]:
    """The colours of a theme, "light" or "dark", as JSON types."""
    night = palette.NIGHT if theme == "dark" else {}
    less_more = palette.NIGHT_LESS_MORE if theme == "dark" else palette.LESS_MORE
    return {
        "shares": list(palette.VIRIDIS),
        "towards": list(palette.TOWARDS),
        "risk": list(palette.CIVIDIS),
        "less_more": list(less_more),
        "kinds": list(palette.KINDS),
        "others": palette.OTHERS,
        "causes": {cause: night.get(cause, colour) for cause, (colour, _) in palette.CAUSE_COLOURS.items()},
        "asset_kinds": dict(palette.ASSET_KINDS),
        "land": night.get("land", palette.LAND),
        "water": night.get("water", palette.WATER),
    }


def page_palette() -> dict[str, Any]:
    """All themes by name, the edges of classes, and the words for causes."""
    return {
        **{theme: colours(theme) for theme in THEMES},
        "edges": {"shares": list(palette.SHARES[1:-1]), "towards": list(palette.RATIOS[1:-1])},
        "cause_words": {cause: word for cause, (_, word) in palette.CAUSE_COLOURS.items()},
    }


def variables(found: Mapping[str, Any]) -> str:
    """The colours of causes and of kinds of asset as variables of the style sheet, for a theme."""
    named = {
        **{f"cause-{cause}": colour for cause, colour in found["causes"].items()},
        **{f"kind-{kind}": colour for kind, colour in found["asset_kinds"].items()},
    }
    return " ".join(f"--{name.replace('_', '-')}: {colour};" for name, colour in named.items())


def style(found: Mapping[str, Any]) -> str:
    """The part of the style sheet that has these variables; on paper it is always day."""
    light, dark = (variables(found[theme]) for theme in THEMES)
    return (
        f":root {{ {light} }}\n"
        f'@media screen {{ :root[data-theme="dark"] {{ {dark} }} }}\n'
        "@media screen and (prefers-color-scheme: dark) "
        f'{{ :root:not([data-theme="light"]) {{ {dark} }} }}\n'
    )
