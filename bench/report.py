"""How long the report of a store takes to make, and to open in headless Chromium.

    build/python/venv/bin/python bench/report.py italy.sqlite

Opening ends when every chart is drawn and every image decoded; a fresh browser context each time.
"""

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

import tavolo

DRAWN = """async () => {
  await Promise.all([...document.images].map((image) => image.decode()));
  return performance.now();
}"""


def main(store: str, repetitions: int = 9) -> None:
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        file = tavolo.report(store, Path(folder) / "report.html")
        made = time.perf_counter() - started
        print(f"made in {made:.1f} s, {file.stat().st_size / 1e6:.2f} MB")
        seconds = []
        with sync_playwright() as driver:
            browser = driver.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            for _ in range(repetitions):
                context = browser.new_context(offline=True)
                page = context.new_page()
                page.goto(file.as_uri())
                page.wait_for_selector("html[data-ready=true]", state="attached")
                seconds.append(page.evaluate(DRAWN) / 1000)
                context.close()
            browser.close()
        print(
            f"opened in {statistics.median(seconds):.2f} s (median of {repetitions}; "
            f"{min(seconds):.2f} to {max(seconds):.2f})"
        )


if __name__ == "__main__":
    main(sys.argv[1])
