#!/usr/bin/env python3
"""Which parameter of the posterior moves what a policy does: one at a time from its default to its
posterior median, the others at their defaults; then all together.

    python3 bench/one_at_a_time.py [--replications 20] [--policies purchase_incentives ...]

The first line of a policy is its difference from no intervention at the defaults; those below it
are how that difference changes. Means over replications that share their luck, with the standard
error of the mean. Medians of parameters one by one are no draw of the posterior where parameters go
together. Writes nothing but its table.
"""

import argparse
import csv
import math
import pathlib
import re
import sqlite3
import statistics
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
BASELINE = "no_intervention"
RESPONSES = {  # indicator, first and last year, unit of the table
    "consumer surplus, MEUR": ("consumer_surplus_eur", 2024, 2030, 1e6),
    "plant jobs in 2030": ("plant_jobs", 2030, 2030, 1),
    "vehicles in 2030": ("vehicles", 2030, 2030, 1),
}


def defaults(tavolo):
    """Default by parameter, from what the program says of itself."""
    text = subprocess.run([tavolo, "describe", "parameters"], capture_output=True, text=True,
                          check=True).stdout
    return {m[1]: float(m[2]) for m in re.finditer(r"^(\S+\.\S+)\s+(-?[\d.e+-]+)\s", text, re.M)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--tavolo", default=str(ROOT / "build/release/tavolo"))
    arguments.add_argument("--posterior", default=str(ROOT / "configs/calibration/italy-posterior.csv"))
    arguments.add_argument("--scenario", default=str(ROOT / "configs/italy/2024.toml"))
    arguments.add_argument("--policies", nargs="+", default=["purchase_incentives", "output_premium"])
    arguments.add_argument("--replications", type=int, default=20)
    args = arguments.parse_args()

    with open(args.posterior) as file:
        draws = list(csv.DictReader(file))
    of_default = defaults(args.tavolo)
    names = list(draws[0])
    if unknown := [name for name in names if name not in of_default]:
        raise SystemExit(f"{args.posterior}: no defaults are known of {', '.join(unknown)}")
    if args.replications < 2:
        raise SystemExit("--replications: a standard error takes two at least")
    median = {name: statistics.median(float(draw[name]) for draw in draws) for name in names}
    base = {name: of_default[name] for name in names}
    rows = [base] + [base | {name: median[name]} for name in names] + [median]
    labels = ["defaults"] + [f"{n} {of_default[n]:.3g} -> {median[n]:.3g}" for n in names] + ["all"]

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        with open(folder / "rows.csv", "w", newline="") as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(rows)
        quoted = ", ".join(f'"{p}"' for p in [BASELINE, *args.policies])
        (folder / "experiment.toml").write_text(
            f'question = "Which parameter moves what policies do?"\nscenario = "{args.scenario}"\n'
            'responses = [{ id = "vehicles", indicator = "vehicles", year = 2030, label = "vehicles" }]\n'
            f'[design]\nkind = "file"\nfile = "rows.csv"\npolicies = [{quoted}]\n'
            f'baseline = "{BASELINE}"\nreplications = {args.replications}\nseed = 1\n'
            'crn = "sync"\nevents = "none"\n')
        store = folder / "store.sqlite"
        subprocess.run([args.tavolo, "sweep", folder / "experiment.toml", "--set", "until=2030",
                        "-o", store], check=True, stdout=subprocess.DEVNULL)
        database = sqlite3.connect(store)
        database.row_factory = sqlite3.Row
        values = {}
        for year in database.execute("SELECT * FROM year JOIN run USING (run_id) JOIN design USING (design_id)"):
            values[year["sample"], year["policy"], year["replication"], year["year"]] = year
        for policy in args.policies:
            print(f"\n{policy}, difference from {BASELINE}; below, how it changes")
            print(f"{'':56}" + "".join(f"{title:>28}" for title in RESPONSES))
            for point, label in enumerate(labels):
                line = f"{label:56}"
                for indicator, first, last, unit in RESPONSES.values():
                    def gain(sample, replication):
                        return sum(values[sample, policy, replication, y][indicator] -
                                   values[sample, BASELINE, replication, y][indicator]
                                   for y in range(first, last + 1)) / unit
                    shown = [gain(point, r) - (gain(0, r) if point > 0 else 0)
                             for r in range(args.replications)]
                    error = statistics.stdev(shown) / math.sqrt(len(shown))
                    line += f"{statistics.fmean(shown):+18,.0f} ± {error:<7,.0f}"
                print(line)


if __name__ == "__main__":
    main()
