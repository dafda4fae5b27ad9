"""A browser without a network, and pages made from the Pacific case."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

import planner
from planner.page.write import comparison_html

PACIFIC = Path(__file__).parents[2] / "inputs" / "pacific"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
READY = "html[data-ready]"


@dataclass
class Sheet:
    """A page in the browser, and what it said and asked for."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def text(self, selector: str) -> str:
        return self.page.inner_text(selector)

    def table(self, selector: str) -> list[list[str]]:
        """The cells of a table's body as the reader sees them."""
        rows: list[list[str]] = self.page.eval_on_selector_all(
            f"{selector} tbody tr", "rows => rows.map(row => [...row.children].map(cell => cell.innerText))"
        )
        return rows

    def pixels(self, selector: str = "#map-1 canvas") -> Any:
        """The picture of a map: rows, columns, red green blue alpha."""
        return self.page.eval_on_selector(selector, "canvas => canvas.toDataURL()")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, where one is installed; PLANNER_CHROMIUM names another one."""
    found = os.environ.get("PLANNER_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium is installed; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        except Error as error:
            pytest.skip(f"{found} does not start: {str(error)[:200]}")
        yield started
        started.close()


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of the Pacific case, with its report."""
    results = planner.plan(planner.read_case(PACIFIC))
    folder = planner.write(results, tmp_path_factory.mktemp("page") / "run")
    planner.write_report(folder)
    return folder


@pytest.fixture(scope="session")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> tuple[planner.Comparison, Path]:
    """A comparison of the Pacific case with two of its scenarios, and its report."""
    compared = planner.compare(PACIFIC, ["no_shiprider", "satellites_at_scale"], baseline=True)
    file = tmp_path_factory.mktemp("page") / "compared.html"
    file.write_text(comparison_html(compared), encoding="utf-8")
    return compared, file


@pytest.fixture
def show(browser: Browser) -> Iterator[Callable[..., Sheet]]:
    """Open a page with the network cut off; at the end it has neither complained nor asked for anything."""
    shown: list[Sheet] = []

    def opened(file: Path, width: int = 1280, height: int = 900, **options: Any) -> Sheet:
        still = {"reduced_motion": "reduce", **options}
        context = browser.new_context(viewport={"width": width, "height": height}, **still)
        context.set_offline(True)
        sheet = Sheet(context.new_page())
        shown.append(sheet)
        sheet.page.on("console", lambda message: sheet.said.append(f"{message.type}: {message.text}"))
        sheet.page.on("pageerror", lambda error: sheet.said.append(f"error: {error}"))
        sheet.page.on("request", lambda request: sheet.asked.append(request.url))
        sheet.page.goto(file.as_uri())
        sheet.page.wait_for_selector(READY, state="attached", timeout=60_000)
        return sheet

    yield opened
    for sheet in shown:
        sheet.page.context.close()
        assert sheet.said == []
        assert [url for url in sheet.asked if not url.startswith(("file:", "data:", "blob:"))] == []
