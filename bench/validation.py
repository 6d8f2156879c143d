#!/usr/bin/env python3
"""Lays the model beside what was published: the tables of docs/validation.md, by one command.

  python3 bench/validation.py                            # to standard output
  python3 bench/validation.py --into docs/validation.md  # between the marks of that file

Sweeps the backtest (configs/experiments/italy-2018-backtest.toml) and the pairs with and without a
flat bonus (italy-flat-bonus.toml), asks `tavolo validate --elasticities`, and prints. Published
figures are read from configs/italy (margins.toml, markets.toml, published.toml), each with its
source there. Python 3.11, standard library only.
"""
import argparse
import contextlib
import io
import json
import pathlib
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
CONFIGS = ROOT / "configs" / "italy"
EXPERIMENTS = ROOT / "configs" / "experiments"
YEARS = range(2018, 2024)
BEGIN, END = "<!-- made by bench/validation.py -->", "<!-- end of what it made -->"


def table(name):
    with open(CONFIGS / name, "rb") as file:
        return tomllib.load(file)


def quantile(values, p):
    values = sorted(values)
    at = p * (len(values) - 1)
    low = int(at)
    high = min(low + 1, len(values) - 1)
    return values[low] + (at - low) * (values[high] - values[low])


def band(values, digits=0):
    return (f"{statistics.fmean(values):,.{digits}f} [{quantile(values, .05):,.{digits}f} .. "
            f"{quantile(values, .95):,.{digits}f}]")


def heading(title, columns):
    print(f"\n### {title}\n")
    print("| " + " | ".join(columns) + " |")
    print("| --- |" + " --- |" * (len(columns) - 1))


def months_of(year):
    return [f"{year}-{month:02}" for month in range(1, 13)]


def later(month, by):
    year, number = map(int, month.split("-"))
    index = 12 * year + number - 1 + by
    return f"{index // 12}-{index % 12 + 1:02}"


class Store:
    """A sweep's results: by year, by month and the chronicle, each over replications."""

    def __init__(self, path):
        self.database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        rows = self.database.execute("SELECT * FROM result")
        self.names = [column[0] for column in rows.description]
        self.rows = [dict(zip(self.names, row)) for row in rows]
        self.by_year = {}  # (indicator, year) -> values over replications
        for row in self.rows:
            for name in self.names:
                self.by_year.setdefault((name, row["year"]), []).append(row[name])

    def monthly(self, name):
        """month -> values over runs."""
        result = {}
        for month, value in self.database.execute(
                f'SELECT month, "{name}" FROM month ORDER BY run_id'):
            result.setdefault(month, []).append(value)
        return result

    def runs(self):
        return self.database.execute("SELECT count(*) FROM run WHERE status = 'done'").fetchone()[0]


class Report:
    def __init__(self, store):
        self.store = store
        self.margins = table("margins.toml")
        self.home = table("markets.toml")["markets"][0]
        self.published = table("published.toml")
        self.shares = [r for r in self.margins["share_margins"] if r["market"] == self.home["id"]]

    def by_year(self, title, series, digits=0, scale=1.0):
        """series: label -> (indicators that are summed, or {year: those}; {year: published})."""
        misses = []
        heading(title, [""] + [str(y) for y in YEARS])
        for label, (indicators, published) in series.items():
            line = []
            for year in YEARS:
                summed = indicators[year] if isinstance(indicators, dict) else indicators
                values = [sum(v) * scale
                          for v in zip(*(self.store.by_year[i, year] for i in summed))]
                cell = band(values, digits)
                truth = published.get(str(year))
                if truth is not None:
                    truth *= scale
                    mean = statistics.fmean(values)
                    misses.append((abs(mean / truth - 1), abs(mean - truth)))
                    cell += f" **{truth:,.{digits}f}**"
                line.append(cell)
            print(f"| {label} | " + " | ".join(line) + " |")
        if misses:
            print(f"\nMedian absolute miss {100 * statistics.median(m[0] for m in misses):.0f} % of "
                  f"the published figure, {statistics.median(m[1] for m in misses):,.{max(digits, 1)}f} "
                  f"in its unit, over {len(misses)} figures.")

    def output(self):
        plants = {r["plant"]: r["by_year"] for r in self.margins["output_margins"]
                  if r["plant"] in self.plants()}
        total = {str(y): sum(by_year[str(y)] for by_year in plants.values()) for y in YEARS}
        self.by_year("Output in Italy, vehicles",
                     {"all plants": (["vehicles"], total)} |
                     {p: ([f"output_{p}"], by_year) for p, by_year in plants.items()})

    def registrations(self):
        self.by_year("New cars registered in Italy",
                     {"cars": (["registrations"], self.home["car_registrations"])})
        self.by_year("New vans registered in Italy",
                     {"vans": (["van_registrations"], self.home["van_registrations"])})

    def powertrains(self):
        known = {tuple(r["powertrains"]): r["by_year"] for r in self.shares if r.get("powertrains")}
        self.by_year("Powertrains of new cars, %",
                     {label: ([f"{power}_share"], known.get((power,), {}))
                      for label, power in (("petrol", "petrol"), ("diesel", "diesel"),
                                           ("gas", "lpg"), ("hybrid", "hybrid"),
                                           ("plug-in hybrid", "phev"), ("electric", "bev"))},
                     1, 100)

    def brands(self):
        rows = {" + ".join(r["brands"]): ([f"share_{b}" for b in r["brands"]], r["by_year"])
                for r in self.shares if r.get("brands") and any(str(y) in r["by_year"] for y in YEARS)}
        largest = sorted(rows, key=lambda b: -max(rows[b][1].values()))[:16]
        self.by_year("Brand shares in Italy, % (the sixteen largest published rows)",
                     {b: rows[b] for b in largest}, 1, 100)

    def groups(self):
        """Sums of a maker's published rows, year by year: of the brands that are published then."""
        maker_of = {b["id"]: b["carmaker"] for b in table("brands.toml")["brands"]}
        brands, published = {}, {}  # maker -> year -> brands; maker -> {year: share}
        for year in YEARS:
            taken = set()
            for row in sorted(self.shares, key=lambda r: -len(r.get("brands") or [])):
                of_row = set(row.get("brands") or [])
                makers = {maker_of[b] for b in of_row}
                if len(makers) != 1 or str(year) not in row["by_year"] or of_row & taken:
                    continue
                taken |= of_row
                maker = makers.pop()
                brands.setdefault(maker, {}).setdefault(year, set()).update(of_row)
                sums = published.setdefault(maker, {})
                sums[str(year)] = sums.get(str(year), 0) + row["by_year"][str(year)]
        series = {}
        for maker in sorted(published, key=lambda m: -max(published[m].values())):
            if len(published[maker]) == len(YEARS) and all(len(b) > 1 for b in brands[maker].values()):
                names = set.union(*brands[maker].values())
                left_out = names - set.intersection(*brands[maker].values())
                label = f"{maker}: {', '.join(sorted(names))}"
                if left_out:
                    label += f" ({', '.join(sorted(left_out))} in some years only)"
                series[label] = ({y: [f"share_{b}" for b in sorted(brands[maker][y])]
                                  for y in YEARS}, published[maker])
        if series:
            self.by_year("Group shares in Italy, %", series, 1, 100)

    def funds(self):
        rows = {r["id"]: r for r in table("incentives.toml")["funds"]
                if r["country"] == "IT" and r["from"] < "2024"}
        published = {r["fund"]: r for r in self.published["exhaustion"]}
        by_name = {r["name"]: i for i, r in rows.items()}
        exhausted, left = {}, {}
        for (text,) in self.store.database.execute(
                "SELECT text FROM event WHERE kind = 'incentive' ORDER BY run_id, position"):
            if found := re.match(r'The fund "(.*)" of .* is exhausted after (\d+) month', text):
                exhausted.setdefault(by_name.get(found[1]), []).append(int(found[2]))
            elif found := re.match(r'The fund "(.*)" closes with ([\d.]+) MEUR left', text):
                left.setdefault(by_name.get(found[1]), []).append(float(found[2]))
        heading("When purchase funds ran out",
                ["fund", "opens", "open, months", "MEUR", "ran out, % of runs",
                 "in month [5 % .. 95 %]", "else left, %", "published"])
        right = judged = 0
        # a fund that is open to the end of the runs is not told to close
        (runs,), = self.store.database.execute("SELECT COUNT(DISTINCT run_id) FROM event")
        for fund, row in rows.items():
            months, rest = exhausted.get(fund, []), left.get(fund, [])
            open_for = 1 + sum(later(row["from"], i) < row["to"] for i in range(48))
            truth = published.get(fund)
            if truth and runs:
                judged += 1
                right += (len(months) > runs / 2) == (truth["months"] > 0) and (
                    truth["months"] == 0 or abs(statistics.median(months) - truth["months"]) <= 1)
            print(f"| {row['name']} | {row['from']} | {open_for} | {row['budget_eur'] / 1e6:,.0f} | "
                  + (f"{100 * len(months) / runs:.0f}" if runs else "") + " | "
                  + (f"{statistics.median(months):.0f} [{quantile(months, .05):.0f} .. "
                     f"{quantile(months, .95):.0f}]" if months else "") + " | "
                  + (f"{100e6 * statistics.fmean(rest) / row['budget_eur']:.0f}" if rest else "")
                  + " | " + (f"**{truth['text']}**" if truth else "") + " |")
        print("\nMonths count from the opening: a fund that went in days ran out in month 1. "
              f"Of {judged} funds whose end is published, {right} end alike in most runs: run out "
              "or not, and within a month of the published one.")

    def dips(self):
        """Electric share of registrations before a scheme is known, while buyers wait, when open."""
        funds = table("incentives.toml")
        electric = {b["fund"] for b in funds["bonuses"] if b["co2_min"] <= 20}
        waits = sorted({(f["announced"], f["from"]) for f in funds["funds"]
                        if f["id"] in electric and f["country"] == "IT" and f["from"] < "2024"
                        and f["announced"] < f["from"]})
        cars, bev = {}, {}
        for row in self.published["months"]:
            cars |= dict(zip(months_of(row["year"]), row["cars"]))
            bev |= dict(zip(months_of(row["year"]), row["electric"]))
        model_cars, model_bev = (self.store.monthly(n) for n in ("registrations", "bev_registrations"))
        orders, bev_orders = (self.store.monthly(n) for n in ("car_orders", "bev_orders"))
        heading("Electric share around announced schemes, % of registrations (of orders)",
                ["announced, opens", "three months before", "waiting", "three months open",
                 "waiting over open"])
        dips = []
        for announced, opens in waits:
            spans = [[later(announced, -3 + i) for i in range(3)],
                     [later(announced, i) for i in range(24) if later(announced, i) < opens],
                     [later(opens, i) for i in range(3)]]

            def shares(part, whole, months):
                return [100 * sum(p) / sum(w) if sum(w) else 0.0
                        for p, w in zip(zip(*(part[m] for m in months)),
                                        zip(*(whole[m] for m in months)))]
            cells, seen, real = [], [], []
            for months in spans:
                values = shares(model_bev, model_cars, months)
                ordered = shares(bev_orders, orders, months)
                truth = 100 * sum(bev[m] for m in months) / sum(cars[m] for m in months)
                cells.append(f"{band(values, 2)} ({statistics.fmean(ordered):.2f}) **{truth:.2f}**")
                seen.append(statistics.fmean(values))
                real.append(truth)
            dips.append((seen[1] / seen[2], real[1] / real[2]))
            print(f"| {announced}, {opens} | " + " | ".join(cells) +
                  f" | {dips[-1][0]:.2f} **{dips[-1][1]:.2f}** |")
        print(f"\nMean of the last column: {statistics.fmean(d[0] for d in dips):.2f}, published "
              f"{statistics.fmean(d[1] for d in dips):.2f}.")

    def seasons(self):
        whole = [2018, 2021, 2022, 2023]  # not 2019, an error of the source, nor the lockdown's year
        model = self.store.monthly("registrations")
        cars = {row["year"]: row["cars"] for row in self.published["months"]}
        heading("Cars registered by month, % of their year (2018, 2021-23)",
                [""] + ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
                        "Dec"])
        ours = [statistics.fmean(100 * statistics.fmean(model[months_of(y)[m]]) /
                                 sum(statistics.fmean(model[n]) for n in months_of(y))
                                 for y in whole) for m in range(12)]
        truth = [statistics.fmean(100 * cars[y][m] / sum(cars[y]) for y in whole) for m in range(12)]
        print("| model | " + " | ".join(f"{v:.1f}" for v in ours) + " |")
        print("| published | " + " | ".join(f"**{v:.1f}**" for v in truth) + " |")

    def beside(self, key, name="jobs"):
        """plant -> {year: published}, of a table of published.toml."""
        result = {}
        for row in self.published[key]:
            result.setdefault(row["plant"], {})[str(row["year"])] = row[name]
        return result

    def mean(self, name, year):
        return statistics.fmean(self.store.by_year[name, year])

    def plants(self):
        """Those at home: of plants elsewhere output is recorded, jobs are not."""
        return [r["plant"] for r in self.margins["output_margins"]
                if f"jobs_{r['plant']}" in self.store.names]

    def hoarding(self):
        """P5: headcount, exits and short-time work beside output."""
        known = self.beside("headcount")
        self.by_year("Headcount of Italian plants at the end of the year",
                     {p: ([f"jobs_{p}"], known.get(p, {})) for p in self.plants()})
        self.by_year("All plants, engines and gearboxes included: headcount, exits, short-time work",
                     {"headcount": (["plant_jobs"], {}),
                      "paid exits in the year (published: five plants)":
                          (["exits"], {str(r["year"]): r["plants"] for r in self.published["exits"]
                                       if "plants" in r})})
        self.by_year("Short-time work, % of contract hours", {"all plants": (["short_time_share"], {})},
                     1, 100)
        rows = {r["plant"]: r["by_year"] for r in self.margins["output_margins"]}
        heading("Output against headcount: change from 2018 to 2020, %",
                ["plant", "output", "headcount", "headcount over output"])
        for plant in self.plants():
            made = [100 * (self.mean(f"output_{plant}", 2020) / self.mean(f"output_{plant}", 2018) - 1),
                    100 * (rows[plant]["2020"] / rows[plant]["2018"] - 1)]
            jobs = 100 * (self.mean(f"jobs_{plant}", 2020) / self.mean(f"jobs_{plant}", 2018) - 1)
            print(f"| {plant} | {made[0]:.0f} **{made[1]:.0f}** | {jobs:.0f} | {jobs / made[0]:.2f} |")
        italy = {r["year"]: r["jobs"] for r in self.published["headcount_italy"]}
        total = {y: sum(rows[p][str(y)] for p in self.plants()) for y in YEARS}
        print("\nFrom the end of 2020 to the end of 2022 the plants of the model lose "
              f"{-100 * (self.mean('plant_jobs', 2022) / self.mean('plant_jobs', 2020) - 1):.1f} % of "
              f"their jobs; the group's Italian headcount, offices included, fell by "
              f"**{-100 * (italy[2022] / italy[2020] - 1):.1f} %**. Output of 2022 over that of 2020: "
              f"{100 * (self.mean('vehicles', 2022) / self.mean('vehicles', 2020) - 1):+.1f} % "
              f"**{100 * (total[2022] / total[2020] - 1):+.1f} %**. Exits allowed by agreement: "
              + "; ".join(f"**{r['most']:,}** in {r['year']}" for r in self.published["exits"]
                          if "most" in r) + ".")

    def utilisation(self):
        """P6: output over capacity by plant and year, and where plants break even."""
        capacity = {p["id"]: p["capacity_per_year"]
                    for file in ("plants.toml", "2018.toml") for p in table(file).get("plants", [])
                    if "capacity_per_year" in p}  # the scenario's own rows win
        rows = {r["plant"]: r["by_year"] for r in self.margins["output_margins"]}
        title = "Utilisation of Italian plants, % of technical capacity"
        heading(title, [""] + [str(y) for y in YEARS])
        misses = []
        for plant in self.plants():
            line = []
            for year in YEARS:
                ours = [100 * v / capacity[plant] for v in self.store.by_year[f"output_{plant}", year]]
                truth = 100 * rows[plant][str(year)] / capacity[plant]
                misses.append(abs(statistics.fmean(ours) - truth))
                line.append(f"{band(ours)} **{truth:.0f}**")
            print(f"| {plant} | " + " | ".join(line) + " |")
        print(f"\nMedian absolute miss {statistics.median(misses):.0f} points, over {len(misses)} figures.")
        heading("Utilisation in Europe and where plants break even, %", [""] + [str(y) for y in YEARS])
        of = {r["year"]: r for r in self.published["utilisation"]}

        def line(label, values, known):
            cells = []
            for year in YEARS:
                truth = of.get(year, {}).get(known)
                cells.append(band([100 * v for v in values(year)])
                             + (f" **{100 * truth:.0f}**" if truth is not None else ""))
            print(f"| {label} | " + " | ".join(cells) + " |")

        def all_of(year):
            by = self.store.by_year
            return [(h + o) / (c + d) for h, o, c, d in
                    zip(by["vehicles", year], by["outside_output", year], by["capacity", year],
                        by["outside_capacity", year])]
        line("home makers' plants, Italy and elsewhere", all_of, "stellantis")
        line("Italian plants", lambda year: self.store.by_year["utilisation", year], "industry")
        line("utilisation at which they break even", lambda y: self.store.by_year["break_even", y], "")
        print("\nPublished beside the second line: all European plants of the industry. Published "
              "break-even: " + "; ".join(
                  f"{r['who']} **{100 * r['from']:.0f} .. {100 * r['to']:.0f} %**"
                  for r in self.published["break_even"]) + ".")

    def launches(self):
        """P7: announced models, as planned, as they came and as they come in the model."""
        vehicles = {r["id"]: r for r in table("programmes.toml")["programmes"]}
        projects = [r for r in table("projects.toml")["projects"]
                    if r.get("programmes") and "2018-01" <= r["start"] < "2024"
                    and r.get("share", 1) == 1]  # not those that build along with another plant
        runs = self.store.runs()
        seen = {}
        for month, text in self.store.database.execute(
                "SELECT month, text FROM event WHERE kind = 'launch'"):
            if found := re.match(r".* launches the (.*), built at", text):
                seen.setdefault(found[1], []).append(month)
        heading("Announced models, plan and launch (events of the runs)",
                ["model", "plant", "planned", "on sale in truth", "on sale in the model [5 % .. 95 %]",
                 "later than planned, months", "never by 2023, % of runs"])

        def number(month):
            year, of_year = map(int, month.split("-"))
            return 12 * year + of_year

        for row in projects:
            programme = vehicles[row["programmes"][0]]
            months = sorted(seen.get(programme["name"], []))
            pick = (lambda p: months[min(len(months) - 1, int(p * len(months)))]) if months else None
            late = [number(m) - number(row["start"]) for m in months]
            print(f"| {programme['name']} | {row['plant']} | {row['start']} | **{programme['from']}** | "
                  + (f"{pick(.5)} [{pick(.05)} .. {pick(.95)}]" if months else "") + " | "
                  + (f"{statistics.fmean(late):.1f} " if late else "")
                  + f"**{number(programme['from']) - number(row['start'])}** | "
                  f"{100 * (1 - len(months) / runs):.0f} |")

    def promises(self):
        """P7: promises of makers in agreements with the Italian government."""
        self.by_year("Promises of makers to the Italian government, by their last audit",
                     {status: ([f"promises_{status}"], {}) for status in ("kept", "late", "broken")}, 2)
        self.by_year("Clawed back in the year, MEUR", {"Italy": (["clawback_eur"], {})}, 1, 1e-6)
        known = self.published["promises"]
        print("\nPublished, by the end of 2023: " + "; ".join(
            f"{r['what']} ({r['made']}): **{r['status']}**" for r in known) + ".")

    def competition(self):
        rows = {"own-price elasticity of a car": "own_elasticity",
                "the same, electric": "bev_own_elasticity",
                "all cars to all prices": "market_elasticity",
                "electric cars to their prices": "bev_elasticity",
                "diversion to no new car": "diversion_outside",
                "makers at home to rivals": "diversion_to_rivals",
                "rivals to makers at home": "diversion_to_makers",
                "Lerner index": "lerner", "the same, makers at home": "maker_lerner"}
        self.by_year("How cars compete", {label: ([name], {}) for label, name in rows.items()}, 2)
        self.by_year("Concentration of registrations by maker (0 .. 10,000)",
                     {"Herfindahl index": (["hhi"], {})})


def elasticities(tavolo, scenarios):
    print("\n### How buyers answer, and what was estimated\n")
    cases = {name: json.loads(subprocess.run(
        [tavolo, "validate", "--elasticities", str(CONFIGS / f"{name}.toml"), "--json"],
        check=True, capture_output=True, text=True).stdout) for name in scenarios}
    columns = ["answer", "unit", "published"] + [f"model, start of {n}" for n in scenarios] + ["source"]
    print("| " + " | ".join(columns) + " |")
    print("| --- |" + " --- |" * (len(columns) - 1))
    for rows in zip(*cases.values()):
        first = rows[0]
        published = (f"{first['low']:g}" if first["low"] == first["high"]
                     else f"{first['low']:g} .. {first['high']:g}")
        print(f"| {first['quantity']} | {first['unit']} | **{published}** | "
              + " | ".join(f"{r['ours']:.3g} ({r['verdict']})" for r in rows)
              + f" | {first['source']} |")


def flat_bonus(store):
    """Relative growth of the plug-in share by a bonus, from pairs under the same luck."""
    level = "bonuses.flat.amount_eur"
    share = {}
    for row in store.rows:
        share[row[level], row["replication"], row["year"]] = row["bev_share"] + row["phev_share"]
    amount = max(key[0] for key in share)
    print(f"\n### What a flat bonus of {amount:,.0f} EUR does to the plug-in share, pair by pair\n")
    print("| year | share without, % | growth, % of it [95 %] | pairs | published |")
    print("| --- | --- | --- | --- | --- |")
    for year in sorted({key[2] for key in share}):
        pairs = [(share[0, r, year], share[amount, r, year])
                 for r in sorted({key[1] for key in share})
                 if (0, r, year) in share and (amount, r, year) in share]
        base = statistics.fmean(p[0] for p in pairs)
        growth = statistics.fmean(p[1] - p[0] for p in pairs) / base
        error = statistics.stdev(p[1] - p[0] - growth * p[0] for p in pairs) / base / len(pairs) ** .5
        print(f"| {year} | {100 * base:.2f} | {100 * growth:.1f} [{100 * (growth - 1.96 * error):.1f} "
              f".. {100 * (growth + 1.96 * error):.1f}] | {len(pairs)} | **5 .. 7** |")


def sweep(tavolo, experiment, folder):
    store = pathlib.Path(folder) / f"{experiment}.sqlite"
    subprocess.run([tavolo, "sweep", str((EXPERIMENTS / f"{experiment}.toml").relative_to(ROOT)),
                    "-o", str(store)], check=True, cwd=ROOT, stdout=sys.stderr)
    return Store(store)


def report(tavolo, folder):
    backtest = sweep(tavolo, "italy-2018-backtest", folder)
    bonus = sweep(tavolo, "italy-flat-bonus", folder)
    print(f"Model: mean over {backtest.runs()} replications [5 % .. 95 % of replications]; "
          "**published**.")
    tables = Report(backtest)
    for part in (tables.output, tables.hoarding, tables.utilisation, tables.launches,
                 tables.promises, tables.registrations, tables.powertrains, tables.brands,
                 tables.groups, tables.funds, tables.dips, tables.seasons):
        part()
    elasticities(tavolo, ["2018", "2024"])
    flat_bonus(bonus)
    tables.competition()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tavolo", default=str(ROOT / "build" / "release" / "tavolo"),
                        help="the program")
    parser.add_argument("--keep", help="folder for the stores; left out: they are not kept")
    parser.add_argument("--into", help="a file with the marks between which the tables stand")
    flags = parser.parse_args()
    tavolo = str(pathlib.Path(flags.tavolo).resolve())
    text = io.StringIO()
    with tempfile.TemporaryDirectory() as scratch, contextlib.redirect_stdout(text):
        if flags.keep:
            pathlib.Path(flags.keep).mkdir(parents=True, exist_ok=True)
        report(tavolo, pathlib.Path(flags.keep or scratch).resolve())
    if not flags.into:
        print(text.getvalue(), end="")
        return
    file = pathlib.Path(flags.into)
    before, rest = file.read_text().split(BEGIN)
    after = rest.split(END)[1]
    file.write_text(f"{before}{BEGIN}\n\n{text.getvalue()}\n{END}{after}")


if __name__ == "__main__":
    main()
