"""The report, in a real browser without a network."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright import sync_api as playwright

import tavolo
from tavolo import _study
from tavolo._report import _words, html
from tavolo._study import Estimate

#: Kept after the run, to be looked at.
SHOTS = Path(os.environ.get("TAVOLO_SCREENSHOTS", "build/python/screenshots"))
WIDTH, HEIGHT = 1280, 800
PATIENCE = 180_000  # milliseconds: a machine that builds beside it is slow, not wrong


@pytest.fixture(scope="module")
def browser():
    """Headless Chromium: the system's, else Playwright's own. None is a failure, not a skip."""
    system = shutil.which("chromium") or shutil.which("chromium-browser")
    with playwright.sync_playwright() as driver:
        try:
            found = driver.chromium.launch(
                executable_path=system, args=["--no-sandbox"], timeout=PATIENCE
            )
        except playwright.Error as error:
            pytest.fail(f"no Chromium to test the report in (./dev python installs it): {error}")
        yield found
        found.close()


@pytest.fixture(scope="module")
def file(italy_store, tmp_path_factory) -> Path:
    return tavolo.report(italy_store, tmp_path_factory.mktemp("report") / "italy.html")


@pytest.fixture
def page(browser, file):
    """The report, opened offline; complains of any error or request at the end of the test."""
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, offline=True)
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    said, asked = [], []
    opened.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(file.as_uri())
    opened.wait_for_selector("html[data-ready=true]", state="attached")
    yield opened
    context.close()
    assert not said
    assert [url for url in asked if not url.startswith(("data:", file.as_uri()))] == []


def shot(page, name: str, **kwargs) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", **kwargs)


def texts(page, selector: str) -> list[str]:
    return page.locator(selector).all_inner_texts()


# -------------------------------------------------------------------------------- the first screen


def test_the_first_screen_says_which_for_whom_at_what_cost_and_how_sure(page, italy_store):
    shot(page, "first-screen")
    study = _study.Study(italy_store)
    lead = page.locator(".lead")
    best = study.objective()["best"]
    assert _study.named(best) in lead.inner_text(), "which"
    actors = texts(page, ".card .for")
    assert [a.lower().removeprefix("for ") for a in actors] == [
        "output", "workers", "buyers", "makers", "treasury", "climate",
    ]  # fmt: skip
    for card in texts(page, ".card"):
        assert re.search(r"costs|saves", card), "at what cost"
    assert "resamples" in lead.inner_text(), "how sure"
    rows = page.locator(".matrix tbody tr")
    assert rows.count() == len(study.policies)
    for part in (lead, page.locator(".cards"), rows.nth(rows.count() - 1)):
        box = part.bounding_box()
        assert box["y"] + box["height"] <= HEIGHT, "without scrolling"
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH


def test_the_demo_says_of_every_side_how_sure_its_best_policy_is(tmp_path):
    demo = tavolo.sweep(
        tavolo.configs / "experiments/italy-2024-policies.toml",
        tmp_path / "demo.sqlite",
        replications=2,
        set={"until": 2030, "population.buyers": 2000},
    )
    study = _study.Study(demo)
    assert len(study.stakes) == len(_study.STAKES)
    assert [s.actor for s in study.stakes if study.objective_of(s) is None] == []


def test_the_matrix_has_the_engines_numbers(page, italy_store):
    study = _study.Study(italy_store)
    jobs = study.objective("plant_jobs_2027")["strategies"]["wage_wedge"]["difference"]
    row = page.locator(".matrix tbody tr", has_text="wage wedge")
    workers = texts(page, ".matrix thead th button").index("workers")
    shown = row.locator("td").nth(workers)
    assert float(shown.get_attribute("data-sort")) == pytest.approx(jobs["value"])
    assert f"{jobs['value']:,.0f}" in shown.inner_text()


# --------------------------------------------------------------------------------------- the rest


def test_charts_are_drawn(page):
    shot(page, "whole", full_page=True)
    assert page.locator("#fan svg.chart path.median").count() == 1
    assert page.locator("#trade svg.chart .point").count() == 3
    assert page.locator("#plants-charts svg.chart path.median").count() == 6
    images = page.locator("figure img")
    assert images.count() >= 7
    broken = "images => images.filter(i => !(i.complete && i.naturalWidth > 0)).length"
    page.wait_for_function(f"({broken})([...document.querySelectorAll('figure img')]) === 0")
    # What is drawn is inside its chart: no number got lost on the way.
    for d in page.locator("svg.chart path").evaluate_all(
        "all => all.map(p => p.getAttribute('d'))"
    ):
        assert "NaN" not in d


def test_a_chart_shows_what_is_chosen(page):
    before = page.locator("#fan path.median").get_attribute("d")
    page.select_option("#fan-policy", "no_intervention")
    assert page.locator("#fan path.median").get_attribute("d") != before
    assert page.locator("#fan path.baseline").count() == 0, (
        "the baseline beside itself says nothing"
    )
    page.select_option("#fan-indicator", "bev_share")
    assert "%" in page.locator("#fan svg").text_content()
    page.select_option("#trade-x", label="job-years")
    assert "job-years" in page.locator("#trade svg").text_content()
    page.select_option("#plants-policy", "wage_wedge")
    assert page.locator("#plants-charts path.baseline").count() == 6
    page.locator("#fan svg").hover()
    assert "median" in page.locator("#tip").inner_text()


def test_tables_sort(page):
    def column(place: int) -> list[float]:
        cells = page.locator(f".matrix tbody td:nth-child({place})")
        return [float(v) for v in cells.evaluate_all("all => all.map(c => c.dataset.sort)")]

    treasury = texts(page, ".matrix thead th button").index("treasury") + 1
    head = page.locator(f".matrix thead th:nth-child({treasury})")
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert column(treasury) == sorted(column(treasury), reverse=True)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert column(treasury) == sorted(column(treasury))
    page.locator(".matrix thead th:first-child button").click()
    names = texts(page, ".matrix tbody td:first-child")
    assert names == sorted(names)


def test_all_numbers_follow_the_response(page):
    page.select_option("#numbers-response", "outlay")
    assert "€" in page.locator("#numbers-table").inner_text()
    page.locator("#numbers-table thead th:nth-child(2) button").click()
    values = page.locator("#numbers-table tbody td:nth-child(2)")
    numbers = [float(v) for v in values.evaluate_all("all => all.map(c => c.dataset.sort)")]
    assert numbers == sorted(numbers, reverse=True)


def test_the_chronicle_filters(page):
    def kinds() -> set[str]:
        return set(texts(page, "#events tbody td:nth-child(2)"))

    page.locator("#chronicle").scroll_into_view_if_needed()
    shot(page, "chronicle")
    everything = kinds()
    assert len(everything) > 3
    page.click("#event-none")
    assert kinds() == set()
    page.click('#event-kinds button[data-kind="sourcing"]')
    assert kinds() == {"sourcing"}
    assert (
        page.locator('#event-kinds [data-kind="sourcing"]').get_attribute("aria-pressed") == "true"
    )
    page.fill("#event-text", "melfi")
    lines = texts(page, "#events tbody td:nth-child(4)")
    assert lines
    assert all("melfi" in line.lower() for line in lines)
    page.fill("#event-text", "no such thing")
    assert page.locator("#event-count").inner_text() == "0 events"
    page.fill("#event-text", "")
    page.click("#event-none")  # none is on but one: all off, then all on
    page.click("#event-none")
    page.select_option("#event-run", "")
    assert len(set(texts(page, "#events tbody td:nth-child(3)"))) >= 1
    assert len(kinds()) > 3


def test_it_prints_the_answer_on_its_first_page(page):
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert not page.locator("#event-text").is_visible()
    assert page.locator(".matrix").is_visible()
    SHOTS.mkdir(parents=True, exist_ok=True)
    printed = page.pdf(path=SHOTS / "printed.pdf", prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")


def test_it_fits_a_small_screen(browser, file):
    context = browser.new_context(viewport={"width": 420, "height": 800}, offline=True)
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    opened.goto(file.as_uri())
    shot(opened, "small-screen")
    assert opened.evaluate("document.documentElement.scrollWidth") <= 420
    context.close()


# ------------------------------------------------------------------------------------ what it says


def test_it_is_one_file_that_asks_for_nothing(file):
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", text)
    assert "@import" not in text
    assert "<three> policies" not in text, "what the experiment says is text, never markup"
    assert "Which of &lt;three&gt; policies &amp; why?" in text


def test_it_says_where_it_comes_from(file, italy_store):
    text = file.read_text(encoding="utf-8")
    assert "20240101" in text
    assert "until=2027" in text
    assert italy_store.experiment["code_version"] in text
    assert italy_store.runs()["fingerprint"].iloc[0] in text


def test_it_is_the_same_page_every_time(italy_store):
    study = _study.Study(italy_store)
    assert html(study) == html(_study.Study(italy_store))


def test_what_it_says_repeats_the_sweep(italy_store, command, tmp_path):
    """The commands under "How to reproduce it", as a reader pastes them."""
    from html import unescape

    text = html(_study.Study(italy_store))
    commands = unescape(re.search(r"<h3>How to reproduce it</h3><pre>(.*?)</pre>", text, re.S)[1])
    assert "tavolo sweep experiment.toml" in commands
    shutil.copy(italy_store.path, tmp_path)
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "tavolo").symlink_to(command)
    here = Path(sys.executable).parent
    path = f"{folder}:{here}:{os.environ['PATH']}"
    script = commands.replace("tavolo verify", "true").replace("python -m", f"{sys.executable} -m")
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script], cwd=tmp_path,
        env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    again = tavolo.open(tmp_path / "again.sqlite")
    assert again.runs()["fingerprint"].tolist() == italy_store.runs()["fingerprint"].tolist()


def test_failed_runs_are_named(italy_store, tmp_path):
    import sqlite3

    copy = tmp_path / "copy.sqlite"
    shutil.copy(italy_store.path, copy)
    with sqlite3.connect(copy) as database:
        database.execute(
            "UPDATE run SET status = 'failed', error = 'ran aground' WHERE run_id = 5000002"
        )
        database.execute("DELETE FROM year WHERE run_id = 5000002")
        database.execute("UPDATE progress SET runs = runs - 1 WHERE status = 'done'")
        database.execute("INSERT OR REPLACE INTO progress VALUES ('failed', 1)")
    text = html(_study.Study(copy))
    assert "<b>1 failed</b>" in text
    assert "ran aground" in text


def test_other_models_have_a_report_too(tmp_path, command):
    store = tmp_path / "lake.sqlite"
    subprocess.run(
        [command, "sweep", "--model", "lake", "--samples", "8", "--replications", "2", "-o", store],
        check=True, capture_output=True,
    )  # fmt: skip
    target = tavolo.report(store, tmp_path / "lake.html")
    text = target.read_text(encoding="utf-8")
    assert 'id="plants"' not in text
    assert 'class="lead"' in text


def test_several_futures_are_told_apart(experiment, tmp_path):
    file = experiment(
        ["no_intervention", "scrappage_bonus"], factors='"demand.peer_effect" = [0.0, 0.8]'
    )
    asked = 'responses = [{ id = "v", indicator = "vehicles", year = 2025, better = "max" }]\n'
    file.write_text(file.read_text().replace("[design]", asked + "[design]", 1))
    study = _study.Study(tavolo.sweep(file, tmp_path / "s.sqlite"))
    text = html(study)
    table = re.search(r'id="conditions".*?</table>', text, re.S)[0]
    rows = re.findall(r"<tr><td>(.*?)</td>", table)
    assert rows == ["demand.peer_effect"] * 2, "a factor of one level tells no futures apart"
    for condition in study.benchmark["conditions"]:
        assert f">{_study.named(condition['best'])}<" in table


def test_the_command_writes_it_and_refuses_what_is_no_store(italy_store, tmp_path, capsys):
    from tavolo.__main__ import main

    target = tmp_path / "italy.html"
    assert main(["report", italy_store.path, "-o", str(target)]) == 0
    assert target.exists()
    assert main(["report", str(tmp_path / "none.sqlite"), "-o", str(target)]) == 2
    assert "is not a file" in capsys.readouterr().err


def test_an_effect_within_chance_is_called_so():
    assert not Estimate(1, -1, 3).beyond_chance
    assert Estimate(-2, -3, -1).beyond_chance
    assert _words.between(Estimate(2e6, 1e6, 3e6), "EUR") == "+2.0 M€ (+1.0 to +3.0 M€)"
    assert _words.span("−4.08 g/km", "−3.67 g/km") == "−4.08 to −3.67 g/km"
    assert _words.span("671,133 €", "3.4 M€") == "671,133 € to 3.4 M€"
