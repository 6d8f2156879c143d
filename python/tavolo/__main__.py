"""``python -m tavolo COMMAND``: what the package adds to the command ``tavolo``."""

from __future__ import annotations

import importlib
import sys

from ._errors import InputError, RunError

#: Command: the module whose ``main(arguments)`` it is, and what it does.
COMMANDS = {
    "search": ("tavolo._search", "good parameters of a strategy, by several objectives"),
    "export": ("tavolo._export", "a store as netCDF or Parquet, with units"),
    "rank": ("tavolo.analysis", "policies of a store across futures: Friedman, Nemenyi"),
}


def main(arguments: list[str] | None = None) -> int:
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given[0] in ("-h", "--help"):
        print("python -m tavolo COMMAND ...   (COMMAND --help says more)\n")
        for name, (_, meaning) in COMMANDS.items():
            print(f"  {name:10}{meaning}")
        return 0
    if given[0] not in COMMANDS:
        print(f"tavolo: there is no command {given[0]}: {', '.join(COMMANDS)}.", file=sys.stderr)
        return 2
    try:
        return importlib.import_module(COMMANDS[given[0]][0]).main(given[1:])
    except (InputError, RunError) as error:
        print(f"tavolo: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
