"""A browser without a network, and pages made from the Pacific case."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Error, Page, sync_playwright

import planner
from tests import pacific
from tests.charts import drawn

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

    def picture(self, selector: str = "#map-1 svg") -> npt.NDArray[np.uint8]:
        """The picture of a map or chart, shape (rows, columns, 3), once it is drawn."""
        self.page.wait_for_timeout(150)
        image = Image.open(io.BytesIO(self.page.locator(selector).screenshot()))
        return np.asarray(image.convert("RGB"))

    def pick(self, text: str) -> None:
        """Press the radio button with a text, and wait for what it changes."""
        self.page.click(f'.bar label:text-is("{text}")')
        self.ready()

    def ready(self) -> None:
        self.page.wait_for_timeout(120)
        self.page.wait_for_selector(READY, state="attached", timeout=60_000)

    def faults(self, *rules: str) -> list[Any]:
        """What is seriously wrong for those who cannot see well, by some rules or by all."""
        # the inside of a chart is hidden from readers of screens, who get its label
        context = {"exclude": [[".chart svg"]]}
        options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
        found = Axe().run(self.page, context, options)
        return [
            (fault["id"], fault["nodes"][0]["html"][:200])
            for fault in found.response["violations"]
            if fault["impact"] in ("serious", "critical")
        ]


def number(text: str) -> float:
    """The first line of a cell as a number."""
    return float(text.replace(",", "").replace("%", "").replace("−", "-").splitlines()[0])


def share(picture: npt.NDArray[np.uint8], colour: str, near: int = 6) -> float:
    """Share of the pixels that have a colour, to within a few steps of each of its parts."""
    return float(drawn.near(picture, colour, near).mean())


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
    """The folder of a run of the Pacific case in large cells, with its report."""
    folder = planner.write(pacific.results(), tmp_path_factory.mktemp("page") / "run")
    planner.write_report(folder)
    return folder


@pytest.fixture
def show(browser: Browser) -> Iterator[Callable[..., Sheet]]:
    """Open pages of a test; at its end they have neither complained nor asked for anything."""
    with showing(browser) as opened:
        yield opened


@pytest.fixture(scope="module")
def sheet(browser: Browser, run: Path) -> Iterator[Sheet]:
    """The page of the run, for tests that only read it, or leave it as it was."""
    with showing(browser) as opened:
        yield opened(run / "report.html")


@contextmanager
def showing(browser: Browser) -> Iterator[Callable[..., Sheet]]:
    """Open pages with the network cut off; at the end they have neither complained nor asked for anything."""
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
