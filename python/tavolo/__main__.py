"""``python -m tavolo``: the commands that need Python; all others are those of ``tavolo``."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from ._errors import InputError

#: Command: whose ``main(arguments)`` it is, and what it does.
COMMANDS = {
    "report": ("tavolo.__main__:write_report", "a store as one HTML file that needs no network"),
    "figures": ("tavolo.__main__:write_figures", "every figure of a store, as SVG, PDF and PNG"),
    "search": ("tavolo._search:main", "good parameters of a strategy, by several objectives"),
    "rank": ("tavolo.analysis:main", "policies across futures by rank; conditions by a tree"),
    "export": ("tavolo._export:main", "a store as netCDF, Parquet or Arrow, with units"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0, or 2 when what was asked for cannot be made, as the command tavolo does."""
    listed = "\n".join(f"  {name:10}{meaning}" for name, (_, meaning) in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="python -m tavolo",
        description=f"{__doc__}\n\n{listed}",
        epilog="COMMAND --help says more.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    asked = parser.parse_args(arguments)
    module, _, function = COMMANDS[asked.command][0].partition(":")
    try:
        return getattr(importlib.import_module(module), function)(asked.arguments)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def write_report(arguments: Sequence[str]) -> int:
    """``python -m tavolo report``."""
    parser = argparse.ArgumentParser(prog="python -m tavolo report")
    parser.add_argument("store", help="the file of a sweep")
    parser.add_argument("-o", "--out", required=True, help="the HTML file")
    asked = parser.parse_args(arguments)
    from ._report import report as write

    print(write(asked.store, asked.out))
    return 0


def write_figures(arguments: Sequence[str]) -> int:
    """``python -m tavolo figures``."""
    parser = argparse.ArgumentParser(prog="python -m tavolo figures")
    parser.add_argument("store", help="the file of a sweep")
    parser.add_argument("-o", "--out", required=True, help="the folder")
    parser.add_argument("--format", action="append", choices=("svg", "pdf", "png"))
    asked = parser.parse_args(arguments)
    from .figures import save_all

    kinds = tuple(asked.format or ("svg", "pdf", "png"))
    for name, files in save_all(asked.store, asked.out, kinds).items():
        if isinstance(files, InputError):
            print(f"{name}: not drawn. {files.problem} {files.remedy}", file=sys.stderr)
        else:
            print(*files)
    return 0


def report() -> None:
    """The entry point ``tavolo-report STORE -o FILE``."""
    sys.exit(main(["report", *sys.argv[1:]]))


if __name__ == "__main__":
    sys.exit(main())
