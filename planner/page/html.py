"""One file of HTML from the data of a page: style, library and code inside, no request to any network."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from string import Template
from typing import Any

import vl_convert

from planner.page.colours import style
from planner.report.run_json import versions

SHARED = ("data", "format", "dom", "theme", "table", "chart")
"""Code that all pages have, in the order in which it is read; one scope for all."""
CODE = {
    "plans": (
        *SHARED,
        *("plan_data", "state", "layers", "map", "tables", "charts", "compare", "studies", "main"),
    ),
    "sensitivity": (*SHARED, "sensitivity"),
}
"""The code of every page; its body stands in a file of the same name."""
EXPORTS = "window.vegaEmbed = vegaEmbed;"
"""What the page's code takes from the bundle of Vega, Vega-Lite and Vega-Embed (whose ``vega`` is null)."""


def page_html(document: Mapping[str, Any], title: str, page: str = "plans") -> str:
    """The whole page.

    Text from the case stands in the data only, as JSON that cannot end its element, and in the title,
    escaped. The policy in the page's head lets it run its two scripts, by their hashes, and load nothing.

    Args:
        document: the data, from ``planner.page.document``.
        title: what the window shows.
        page: which page: one of ``CODE``.
    """
    library = script(vl_convert.javascript_bundle(EXPORTS))
    code = script(
        '(() => {\n"use strict";\n' + "\n".join(_look(f"{name}.js") for name in CODE[page]) + "})();\n"
    )
    return Template(_look("frame.html")).substitute(
        body=Template(_look(f"{page}.html")).substitute(title=html.escape(title)),
        policy=policy(library, code),
        title=html.escape(title),
        version=html.escape(versions()["planner"]),
        style=style(document["palette"]) + _look("page.css"),
        notice=html.escape(_look("NOTICE.txt")),
        data=data_element(document),
        library=library,
        code=code,
    )


def writes(make: Callable[[], str]) -> Callable[[Path], None]:
    """Writes a page, given the file, once its folder is being written."""

    def write(file: Path) -> None:
        file.write_text(make(), encoding="utf-8", newline="\n")

    return write


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
    return resources.files("planner.page").joinpath("looks", name).read_text(encoding="utf-8")
