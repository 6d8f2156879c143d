#!/usr/bin/env python3
"""Lays a backtest beside what was published, as the Markdown tables of docs/validation.md.

  tavolo sweep configs/experiments/italy-2018-backtest.toml -o results/backtest.sqlite
  python3 bench/validation.py results/backtest.sqlite

Published figures are read from configs/italy (margins.toml, markets.toml), each with its source there.
Python 3.11, standard library only.
"""
import pathlib
import sqlite3
import statistics
import sys
import tomllib

YEARS = range(2018, 2024)
CONFIGS = pathlib.Path(__file__).resolve().parent.parent / "configs" / "italy"


def table(name):
    with open(CONFIGS / name, "rb") as file:
        return tomllib.load(file)


def quantile(values, p):
    values = sorted(values)
    at = p * (len(values) - 1)
    low = int(at)
    high = min(low + 1, len(values) - 1)
    return values[low] + (at - low) * (values[high] - values[low])


def main(store):
    database = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    rows = database.execute("SELECT * FROM result")
    names = [column[0] for column in rows.description]
    model = {}  # (indicator, year) -> values over replications
    for row in rows:
        record = dict(zip(names, row))
        for name in names:
            model.setdefault((name, record["year"]), []).append(record[name])

    def show(title, series, digits=0, scale=1.0):
        """series: label -> (indicators that are summed, {year: published})."""
        misses = []
        print(f"\n### {title}\n")
        print("| | " + " | ".join(str(y) for y in YEARS) + " |")
        print("| --- |" + " --- |" * len(YEARS))
        for label, (indicators, published) in series.items():
            line, inside = [], []
            for year in YEARS:
                values = [sum(v) * scale for v in zip(*(model[i, year] for i in indicators))]
                mean = statistics.fmean(values)
                cell = f"{mean:,.{digits}f} [{quantile(values, .05):,.{digits}f} .. {quantile(values, .95):,.{digits}f}]"
                truth = published.get(str(year))
                if truth is not None:
                    truth *= scale
                    hit = quantile(values, .05) <= truth <= quantile(values, .95)
                    inside.append(hit)
                    misses.append((abs(mean / truth - 1), abs(mean - truth)))
                    cell += f" **{truth:,.{digits}f}**"
                line.append(cell)
            print(f"| {label} | " + " | ".join(line) + " |")
        print(f"\nMedian absolute miss {100 * statistics.median(m[0] for m in misses):.0f} % of the "
              f"published figure, {statistics.median(m[1] for m in misses):,.{max(digits, 1)}f} in its unit, "
              f"over {len(misses)} figures.")

    margins = table("margins.toml")
    home = table("markets.toml")["markets"][0]
    plants = {r["plant"]: r["by_year"] for r in margins["output_margins"]
              if f"output_{r['plant']}" in names}
    total = {str(y): sum(by_year[str(y)] for by_year in plants.values()) for y in YEARS}
    print("Model: mean over replications [5 % .. 95 % of replications]; **published**.")
    show("Output in Italy, vehicles",
         {"all plants": (["vehicles"], total)} |
         {p: ([f"output_{p}"], by_year) for p, by_year in plants.items()})
    show("New cars registered in Italy", {"cars": (["registrations"], home["car_registrations"])})
    shares = [r for r in margins["share_margins"] if r["market"] == home["id"]]
    for title, powertrain, indicator in (("electric", "bev", "bev_share"),
                                         ("plug-in hybrid", "phev", "phev_share"),
                                         ("hybrid", "hybrid", "hybrid_share"),
                                         ("diesel", "diesel", "diesel_share")):
        for row in shares:
            if row.get("powertrains") == [powertrain]:
                show(f"Share of {title} cars, %", {title: ([indicator], row["by_year"])}, 1, 100)
    brands = {" + ".join(r["brands"]): ([f"share_{b}" for b in r["brands"]], r["by_year"])
              for r in shares if r.get("brands")
              and any(str(y) in r["by_year"] for y in YEARS)}
    largest = sorted(brands, key=lambda b: -max(brands[b][1].values()))[:12]
    show("Brand shares in Italy, % (the twelve largest published rows)",
         {b: brands[b] for b in largest}, 1, 100)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
