"""Figures: what they claim, and that colour-blind people can read them."""

import json
import math
import re
from xml.etree import ElementTree

import numpy as np
import pytest

import tavolo
from tavolo import figures
from tavolo._study import STAKES, Study, listed, number
from tavolo.figures import _output, _style, _tables


@pytest.fixture(scope="module")
def study(italy_store) -> Study:
    return Study(italy_store)


def texts(drawn, tmp_path) -> str:
    """The words of a figure, as a reader of its SVG finds them."""
    (file,) = figures.save(drawn, tmp_path / "figure.svg")
    root = ElementTree.parse(file).getroot()
    return "\n".join(
        "".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")
    )


def test_every_figure_is_one_call_from_the_path_of_a_store(italy_store, tmp_path):
    made = figures.save_all(italy_store.path, tmp_path / "all", ("svg", "png"))
    refused = {name: files for name, files in made.items() if not isinstance(files, list)}
    assert not refused
    assert set(made) == set(figures.ALL)
    for files in made.values():
        assert [f.suffix for f in files] == [".svg", ".png"]
        assert all(f.stat().st_size > 2_000 for f in files)


def test_a_figure_is_the_same_file_every_time(study, tmp_path):
    for name in ("output", "ranking"):
        first, second = (
            figures.save(figures.ALL[name](study), tmp_path / f"{name}{i}")[0].read_bytes()
            for i in "12"
        )
        assert first == second


def test_pdf_holds_its_letters(study, tmp_path):
    (file,) = figures.save(figures.output(study), tmp_path / "output.pdf")
    assert b"/FontFile2" in file.read_bytes(), "fonts are embedded as fonts"


# ------------------------------------------------------------------------------------- the numbers


def test_differences_are_the_engines(study):
    for objective in study.benchmark["objectives"]:
        stakes = [s for s in STAKES if study.objective_of(s) is objective]
        for stake in stakes:
            for policy in study.policies:
                theirs = objective["strategies"][policy]["difference"]
                ours = study.difference(study.stake(stake), policy)
                assert ours.value == pytest.approx(theirs["value"], rel=1e-12, abs=1e-9)
                assert ours.low == pytest.approx(theirs["low"], rel=1e-9, abs=1e-6)
    assert sum(study.objective_of(s) is not None for s in STAKES) == 3


def test_the_baseline_wins_and_loses_nothing(study):
    for stake in study.stakes:
        e = study.difference(study.stake(stake), study.baseline)
        assert (e.value, e.low, e.high) == (0, 0, 0)


def test_quantiles_are_of_all_runs(study, italy_store):
    frame = italy_store.results(["vehicles"], policies=["wage_wedge"])
    last = frame[frame["year"] == 2027]["vehicles"]
    q = study.quantiles("vehicles", "wage_wedge", (0.05, 0.5)).loc[2027]
    assert q[0.5] == pytest.approx(last.median())
    assert q[0.05] == pytest.approx(last.quantile(0.05))


def test_output_of_plants_elsewhere_is_what_the_total_says(study):
    away = [p for p in study.plants if p not in study.home_plants]
    total = sum(study.outcome(f"output_{p}") for p in away)
    np.testing.assert_allclose(total, study.outcome("outside_output"), rtol=1e-12)
    assert {study.rows("plants")[p]["country"] for p in away} > {"FR", "ES", "PL", "DE"}


def test_futures_with_a_missing_run_are_left_out(experiment, tmp_path):
    file = experiment(
        ["no_intervention", "adaptive"], replications=2, factors='"demand.peer_effect" = [0.0, 0.1]'
    )
    file.write_text(file.read_text().replace("[design]", RESPONSES + "[design]", 1))
    store = tavolo.sweep(file, tmp_path / "s.sqlite")
    whole = Study(store)
    assert whole.cube("vehicles").shape == (2, 2, 2, len(whole.years))
    import sqlite3

    with sqlite3.connect(store.path) as database:
        database.execute("UPDATE run SET status = 'failed', error = 'test' WHERE run_id = 1")
        database.execute("DELETE FROM year WHERE run_id = 1")
    rest = Study(store.path)
    kept = rest.cube("vehicles")
    assert kept.shape[1] * kept.shape[2] < 4
    assert not np.isnan(kept).any()


RESPONSES = 'responses = [{ id = "v", indicator = "vehicles", year = 2025, better = "max" }]\n'


# ------------------------------------------------------------------------------------ what is shown


def test_the_fan_has_the_published_past_and_the_targets(study, tmp_path):
    history = study.home_history
    assert history.index[0] == 2017
    assert history[2023] == 85_940 + 1_244 + 48_800 + 215_000 + 170_120 + 230_280
    words = texts(figures.output(study), tmp_path)
    assert "published" in words
    assert "1.0 M" in words
    assert "1.3 M" in words


def test_the_ranking_names_every_policy_and_its_chance(study, tmp_path):
    words = texts(figures.ranking(study), tmp_path)
    for policy in ("no intervention", "wage wedge", "transition pact"):
        assert policy in words
    assert re.search(r"\d+ %", words)


def test_the_map_needs_places(study, tmp_path):
    nowhere = tmp_path / "places.toml"
    nowhere.write_text("places = []")
    with pytest.raises(tavolo.InputError, match="no plant of the store has a place"):
        figures.europe(study, where=nowhere)


def test_every_tracked_plant_of_italys_makers_has_a_place_in_its_country(study):
    from matplotlib.path import Path

    known = _output.places()
    lands = {name: [Path(r) for r in rings] for name, rings in _output.outlines().items()}
    assert set(study.plants) == set(known)
    coast = {"termoli", "vigo", "kenitra", "ellesmere-luton"}  # the outline is too coarse for them
    for plant, place in known.items():
        country = study.country_names[study.rows("plants")[plant]["country"]]
        inside = any(ring.contains_point(place) for ring in lands[country])
        assert inside or plant in coast, plant


def test_the_projection_keeps_area_and_the_centre():
    assert np.allclose(_output.project(10, 52), (0, 0))
    # Along the central meridian: 2 R sin(half the angle).
    x, y = _output.project(10, 42)
    assert (x, y) == pytest.approx((0, -2 * 6371 * np.sin(np.radians(5))))
    for lon, lat in ((0, 40), (20, 60)):
        corners = np.array(
            [
                _output.project(lon + dx, lat + dy)
                for dx, dy in ((0, 0), (0.1, 0), (0.1, 0.1), (0, 0.1))
            ]
        )
        a, b = corners[:, 0], corners[:, 1]
        area = 0.5 * abs(np.dot(a, np.roll(b, 1)) - np.dot(b, np.roll(a, 1)))
        sphere = 6371**2 * np.radians(0.1) * np.diff(np.sin(np.radians([lat, lat + 0.1])))[0]
        assert area == pytest.approx(sphere, rel=1e-4)


def test_deals_lie_at_their_distance_from_the_nash_point(study):
    rows = study.store.query("SELECT ended, kind, parties, nash_distance FROM negotiation")
    deals = rows[(rows["ended"] == "agreed") & rows["nash_distance"].notna()]
    assert len(deals)
    for parties, distance in zip(deals["parties"], deals["nash_distance"], strict=True):
        seats = json.loads(parties)
        away = math.dist([p["utility"] for p in seats], [p["nash"] for p in seats])
        assert away == pytest.approx(distance, abs=1e-5)
    without = rows[rows["ended"] != "agreed"]
    assert len(without)
    assert not without["parties"].str.contains('"nash"').any()


def test_no_offer_of_a_frontier_is_beaten_and_no_deal_is_below_leaving(study):
    found = [t for p in study.policies for t in _tables.tables_of(study, p)]
    deals = [t for t in found if t.deal is not None and len(t.offers)]
    assert deals
    for table in deals:
        front = table.frontier
        assert (np.diff(front[:, 0]) > 0).all()
        assert (np.diff(front[:, 1]) < 0).all()
        assert table.deal[0] >= table.leave[0] - 1e-6
        assert table.deal[1] >= table.leave[1] - 1e-6
        assert table.nash is not None
        assert table.nash[0] >= table.leave[0] - 1e-6
        assert table.nash[1] >= table.leave[1] - 1e-6


def test_what_was_not_run_is_refused(study):
    with pytest.raises(tavolo.InputError, match="no policy of this store"):
        figures.plants(study, "scrappage")
    with pytest.raises(tavolo.InputError, match="no response with a direction"):
        figures.ranking(study, "happiness")
    with pytest.raises(tavolo.InputError, match="no chronicle"):
        figures.timeline(study, replication=3)


# ---------------------------------------------------------------------------------- who can see it


def simulated(hexes, kind):
    """Colours as colour-blind people see them: Machado, Oliveira & Fernandes (2009), severity 1."""
    matrix = {
        "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                       [-0.003882, -0.048116, 1.051998]],
        "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                         [-0.011820, 0.042940, 0.968881]],
        "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                       [0.004733, 0.691367, 0.303900]],
    }[kind]  # fmt: skip
    rgb = np.array([[int(h[i : i + 2], 16) / 255 for i in (1, 3, 5)] for h in hexes])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.clip(linear @ np.array(matrix).T, 0, 1)


def lab(linear):
    """CIE L*a*b* under D65."""
    xyz = (
        linear
        @ np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]).T
    )
    t = xyz / np.array([0.9505, 1.0, 1.089])
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.stack(
        [116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1
    )


@pytest.mark.parametrize("kind", ["protanopia", "deuteranopia", "tritanopia"])
def test_the_palette_is_told_apart_by(kind):
    seen = lab(simulated(_style.PALETTE, kind))
    apart = np.linalg.norm(seen[:, None] - seen[None], axis=2)[np.triu_indices(len(seen), 1)]
    assert apart.min() > 8, "CIE76; about 2.3 is just noticeable"


def test_gain_and_loss_differ_in_lightness_or_shape(study):
    """Blue for gains and vermillion for losses; what is not beyond chance is hollow or hatched."""
    blue, red = lab(simulated([_style.BLUE, _style.VERMILLION], "deuteranopia"))
    assert abs(blue[0] - red[0]) > 5 or abs(blue[2] - red[2]) > 40


def test_the_sequential_map_darkens_all_the_way():
    steps = _style.SEQUENTIAL(np.linspace(0, 1, 30))[:, :3]
    linear = np.where(steps <= 0.04045, steps / 12.92, ((steps + 0.055) / 1.055) ** 2.4)
    assert (np.diff(lab(linear)[:, 0]) < 0).all(), "greyscale keeps the order"


# ------------------------------------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (684_123.4, "vehicles", "684,123"),
        (1.981e9, "EUR", "1.98 bn €"),
        (-3.4e6, "EUR", "−3.4 M€"),
        (182_826, "EUR/job-year", "182,826 €/job-year"),
        (0.453, "0..1", "45.3 %"),
        (88.71, "g/km", "88.71 g/km"),
        (float("inf"), "EUR", "unbounded"),
    ],
)
def test_numbers_are_said_in_their_unit(value, unit, text):
    assert number(value, unit) == text


def test_lists_are_said_as_people_do():
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(list("abcdef"), 4) == "a, b, c and 3 more"
