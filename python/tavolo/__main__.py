"""``python -m tavolo``: the commands that need Python; all others are those of ``tavolo``."""

from __future__ import annotations

import argparse
import sys

from ._errors import InputError


def main(arguments: list[str] | None = None) -> int:
    """Returns 0, or 2 when what was asked for cannot be made, as the command tavolo does."""
    parser = argparse.ArgumentParser(prog="python -m tavolo", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    report = commands.add_parser("report", help="a store as one HTML file that needs no network")
    report.add_argument("store", help="the file of a sweep")
    report.add_argument("-o", "--out", required=True, help="the HTML file")
    figures = commands.add_parser("figures", help="every figure of a store, as SVG, PDF and PNG")
    figures.add_argument("store", help="the file of a sweep")
    figures.add_argument("-o", "--out", required=True, help="the folder")
    figures.add_argument("--format", action="append", choices=("svg", "pdf", "png"))
    asked = parser.parse_args(arguments)
    try:
        if asked.command == "report":
            from ._report import report as write

            print(write(asked.store, asked.out))
            return 0
        from .figures import save_all

        for name, files in save_all(
            asked.store, asked.out, tuple(asked.format or ("svg", "pdf", "png"))
        ).items():
            if isinstance(files, InputError):
                print(f"{name}: not drawn. {files.problem} {files.remedy}", file=sys.stderr)
            else:
                print(*files)
        return 0
    except InputError as error:
        print(error, file=sys.stderr)
        return 2


def report() -> None:
    """The entry point ``tavolo-report STORE -o FILE``."""
    sys.exit(main(["report", *sys.argv[1:]]))


if __name__ == "__main__":
    sys.exit(main())
