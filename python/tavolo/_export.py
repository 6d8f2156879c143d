"""Stores as files of other programs: netCDF and Parquet, with names, units and meanings kept."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ._errors import refuse

_ENDINGS = {".nc": "netcdf", ".nc4": "netcdf", ".parquet": "parquet", ".arrow": "arrow",
            ".feather": "arrow"}  # fmt: skip


def write(path: str | os.PathLike[str], make: Any) -> None:
    """Calls ``make`` with a place beside the file, which then appears complete or not at all."""
    target = Path(path)
    if not target.parent.is_dir():
        raise refuse(f"{target.parent} is no folder.", "A file is written in it.", "Make it.")
    handle, place = tempfile.mkstemp(dir=target.parent, prefix=target.name, suffix=".unfinished")
    os.close(handle)
    try:
        make(place)
        with Path(place).open("rb+") as stream:
            os.fsync(stream.fileno())
        os.chmod(place, 0o666 & ~_umask())
        os.replace(place, target)
    except BaseException:
        Path(place).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def main(arguments: Sequence[str] | None = None) -> int:
    """``python -m tavolo export``."""
    from ._stores import open

    parser = argparse.ArgumentParser(
        prog="python -m tavolo export",
        description="Writes a store's yearly indicators as netCDF, Parquet or Arrow, with units.",
    )
    parser.add_argument("store")
    parser.add_argument("-o", "--out", required=True, help="the file: .nc, .parquet or .arrow")
    parser.add_argument(
        "--format", choices=("netcdf", "parquet", "arrow"), help="by its ending if left out"
    )
    parser.add_argument("--indicator", action="append", help="only these; may be repeated")
    given = parser.parse_args(arguments)
    form = given.format or _ENDINGS.get(Path(given.out).suffix)
    if form is None:
        raise refuse(f"{given.out} has no ending that names a format.", "Three are written.",
                     "End it in .nc, .parquet or .arrow, or say --format.")  # fmt: skip
    store = open(given.store)
    getattr(store, f"to_{form}_file" if form == "arrow" else f"to_{form}")(
        given.out, given.indicator
    )
    return 0
