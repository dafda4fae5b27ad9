"""One file of HTML from the views of a page: style, library and code inside, no request to any network."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from string import Template
from typing import Any

import vl_convert

from planner.charts.spec import GRAMMAR, VEGA_LITE, config
from planner.page.parts import View
from planner.page.pool import Pool
from planner.results import palette
from planner.results.run_json import versions

CODE = ("data", "words", "tables", "charts", "maps", "page")
"""The page's code, in the order in which it is read; one scope for all."""
EXPORTS = "window.vegaEmbed = vegaEmbed;"
"""What the page's code takes from the bundle of Vega, Vega-Lite and Vega-Embed."""


def views_page(
    views: Sequence[View],
    title: str,
    kicker: str = "Maritime surveillance plan",
    kind: str = "",
    axis: Mapping[str, Any] | None = None,
    start: int = 0,
) -> str:
    """A page of one view or of several to choose from.

    Text from the case is in the data only, as JSON that cannot end its element, and in the title,
    escaped. The policy in the page's head lets it run its two scripts, by their hashes, and load nothing.

    Args:
        views: the views, the reference first.
        title: what the window shows.
        kicker: small text above the title.
        kind: "comparison" for a picker and differences from the first view.
        axis: for a slider through the views: ``label``, and ``values`` in words.
        start: number of the view that is shown first.
    """
    pool = Pool()
    document = {
        **{"kind": kind, "start": start, "axis": axis, "night": palette.NIGHT},
        "causes": {cause: list(pair) for cause, pair in palette.CAUSE_COLOURS.items()},
        "config": config(paper=False),
        "grammar": GRAMMAR,
        "views": [pool.view(view) for view in views],
        "pool": pool.contents,
    }
    library = _library()
    code = script('(() => {\n"use strict";\n' + "\n".join(_look(f"{name}.js") for name in CODE) + "})();\n")
    return Template(_look("page.html")).substitute(
        policy=policy(library, code),
        title=html.escape(title),
        kicker=html.escape(kicker),
        version=html.escape(versions()["planner"]),
        style=night_style() + _look("page.css"),
        notice=html.escape(_look("NOTICE.txt")),
        data=data_element(document),
        library=library,
        code=code,
    )


@cache
def _library() -> str:
    """Vega, Vega-Lite and Vega-Embed; putting them together takes a second."""
    return script(vl_convert.javascript_bundle(EXPORTS, vl_version=VEGA_LITE))


def night_style() -> str:
    """The colours of paper as variables of the style sheet, with those of the night; on paper it is day."""
    day = " ".join(f"--c{colour[1:]}: {colour};" for colour in palette.NIGHT)
    night = " ".join(f"--c{colour[1:]}: {dark};" for colour, dark in palette.NIGHT.items())
    return (
        f":root {{ {day} }}\n"
        f'@media screen {{ :root[data-theme="dark"] {{ {night} }} }}\n'
        "@media screen and (prefers-color-scheme: dark) "
        f'{{ :root:not([data-theme="light"]) {{ {night} }} }}\n'
    )


def data_element(document: Mapping[str, Any]) -> str:
    """JSON for a script element: ``<`` and its like are written as escapes, so no text can close it."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def script(code: str) -> str:
    """Code that cannot close its element, nor open a comment in it: the same strings, spelt otherwise."""
    return (
        code.replace("</script", "<\\/script").replace("<!--", "\\x3c!--").replace("<script", "\\x3cscript")
    )


def policy(*scripts: str) -> str:
    """The Content-Security-Policy: nothing is loaded from anywhere, only these scripts run."""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(each.encode()).digest()).decode()}'" for each in scripts
    )
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _look(name: str) -> str:
    return resources.files("planner.page").joinpath("static", name).read_text(encoding="utf-8")
