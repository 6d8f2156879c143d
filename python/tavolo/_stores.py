"""Stores: the runs of an experiment as data frames."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from . import _core
from ._errors import refuse
from ._export import write

if TYPE_CHECKING:
    import pyarrow
    import xarray

    from ._sweeps import Benchmark

_APPLICATION_ID = 0x5461766F  # "Tavo"


def open(path: str | os.PathLike[str]) -> Store:
    """Opens the store of a sweep, also while it is written.

    Raises InputError for a file that is missing or is no store.
    """
    return Store(path)


class Store:
    """The runs of one experiment. Every table is read when it is asked for.

    Frames have a column ``policy``, one for every factor, ``replication`` and, where it applies,
    ``year`` or ``month``; words that repeat are categories. ``attrs["units"]`` has the units.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        if not os.path.isfile(self.path):
            raise refuse(
                f"{self.path} is not a file.",
                "A store is the single file that a sweep writes.",
                "Check the path, or make it with tavolo.sweep.",
            )
        header = _core.query(
            self.path,
            "SELECT (SELECT application_id FROM pragma_application_id) AS program, "
            "(SELECT user_version FROM pragma_user_version) AS version",
        )
        if header["program"][0] != _APPLICATION_ID:
            raise refuse(
                f"{self.path} is a database of another program.",
                "Only a store that tavolo wrote can be read.",
                "Name another file.",
            )
        if header["version"][0] != _core.store_schema:
            raise refuse(
                f"{self.path} has schema version {header['version'][0]}.",
                f"This version of tavolo reads version {_core.store_schema}.",
                "Use the version of tavolo that wrote it, or make it anew.",
            )

    @cached_property
    def experiment(self) -> dict[str, str]:
        """Facts about the whole store: question, experiment, scenario, seed, code_version, …"""
        meta = self.query("SELECT key, value FROM meta")
        return dict(zip(meta["key"].astype(str), meta["value"].astype(str), strict=True))

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """Unit and meaning of everything that was recorded of a year, as columns are ordered."""
        known = self.query("SELECT name, unit, meaning FROM indicator").astype(str)
        known = known.set_index("name").rename_axis("indicator")
        columns = self.query("SELECT name FROM pragma_table_info('result')")["name"].astype(str)
        return known.loc[[name for name in columns if name in known.index]]

    @cached_property
    def factors(self) -> list[str]:
        """Paths of the values of the scenario that the experiment varies."""
        return [str(path) for path in self.query("SELECT path FROM factor ORDER BY path")["path"]]

    def runs(self) -> pd.DataFrame:
        """One row a run: its design point, replication, seed, status, error and fingerprint."""
        return self.query(
            f"SELECT run_id, {self._point('d.')}, replication, seed, status, error, fingerprint "
            "FROM run JOIN design d USING (design_id) ORDER BY run_id"
        ).set_index("run_id")

    def results(
        self, indicators: Iterable[str] | None = None, *, policies: Iterable[str] | None = None
    ) -> pd.DataFrame:
        """One row a run and year, one column an indicator; those named, or all.

        ``policies``: only those. All indicators of 100,000 runs are gigabytes: name some.
        """
        return self._view("result", indicators, policies)

    def final(
        self, indicators: Iterable[str] | None = None, *, policies: Iterable[str] | None = None
    ) -> pd.DataFrame:
        """The same for the last year of every run."""
        return self._view("final", indicators, policies)

    def events(self, kinds: Iterable[str] | None = None) -> pd.DataFrame:
        """The chronicles that were kept: month, kind, text of every event."""
        where = f"WHERE e.kind IN ({_words(kinds)}) " if kinds is not None else ""
        frame = self.query(
            f"SELECT {self._point('d.')}, r.replication, e.month, e.kind, e.text FROM event e "
            f"JOIN run r USING (run_id) JOIN design d USING (design_id) {where}"
        )
        months = frame["month"]
        return frame.assign(month=pd.PeriodIndex(months.astype(str), freq="M"))

    def negotiations(self) -> pd.DataFrame:
        """Every negotiation that ended, with its design point."""
        return self.query("SELECT * FROM settlement")

    def failures(self) -> pd.DataFrame:
        """The runs that failed, why, and how to repeat them."""
        return self.query("SELECT * FROM failures")

    def to_xarray(
        self, indicators: Iterable[str] | None = None, *, policies: Iterable[str] | None = None
    ) -> xarray.Dataset:
        """Indicators with the dimensions policy, every factor, replication and year.

        Runs that failed or are missing are NaN. Units and meanings are attributes.
        """
        import xarray

        frame = self.results(indicators, policies=policies)
        names = ["policy", *self.factors, "replication", "year"]
        codes, coordinates = [], {}
        for name in names:
            code, levels = pd.factorize(frame[name], sort=name not in ("policy", *self.factors))
            codes.append(code)
            coordinates[name] = np.asarray(levels)
        shape = tuple(len(levels) for levels in coordinates.values())
        places = np.ravel_multi_index(codes, shape) if len(frame) else np.empty(0, dtype=int)
        arrays = {}
        for name in frame.columns.drop(names):
            values = np.full(int(np.prod(shape)), np.nan)
            values[places] = frame[name].to_numpy()
            row = self.indicators.loc[name]
            facts = {"units": row["unit"], "long_name": row["meaning"]}
            arrays[name] = (names, values.reshape(shape), facts)
        return xarray.Dataset(arrays, coordinates, {"question": self.experiment["question"]})

    def to_arrow(
        self, indicators: Iterable[str] | None = None, *, policies: Iterable[str] | None = None
    ) -> pyarrow.Table:
        """``results`` as an Arrow table; numbers are not copied. Units are field metadata."""
        import pyarrow as pa

        frame = self.results(indicators, policies=policies)
        units = frame.attrs["units"]
        fields, columns = [], []
        for name in frame.columns:
            column = pa.Array.from_pandas(frame[name])
            columns.append(column)
            unit = {"unit": units[name]} if name in units else None
            fields.append(pa.field(name, column.type, metadata=unit))
        return pa.Table.from_arrays(columns, schema=pa.schema(fields))

    def benchmark(self) -> Benchmark:
        """Its policies over its futures, for every response that has a direction: the statistics of
        ``tavolo benchmark`` and ``tavolo analyse robust``."""
        from ._sweeps import Benchmark

        return Benchmark(*_core.benchmark(self.path, ""))

    def to_netcdf(
        self,
        path: str | os.PathLike[str],
        indicators: Iterable[str] | None = None,
        *,
        policies: Iterable[str] | None = None,
    ) -> None:
        """``to_xarray`` as a netCDF file (version 4, compressed). The file appears complete or not
        at all. Units and meanings are the attributes ``units`` and ``long_name``; the file's own
        say what the store says of itself. Dots in the names of factors stay.
        """
        data = self.to_xarray(indicators, policies=policies)
        facts = {k: v for k, v in self.experiment.items()
                 if k in ("question", "scenario", "seed", "code_version", "baseline")}  # fmt: skip
        data.attrs = {"Conventions": "CF-1.10", "title": facts.pop("question", ""), **facts}
        packed = {name: {"zlib": True, "complevel": 4} for name in data.data_vars}
        write(path, lambda place: data.to_netcdf(place, encoding=packed))

    def to_parquet(
        self,
        path: str | os.PathLike[str],
        indicators: Iterable[str] | None = None,
        *,
        policies: Iterable[str] | None = None,
    ) -> None:
        """``to_arrow`` as a Parquet file, units in the fields' metadata."""
        import pyarrow.parquet

        table = self.to_arrow(indicators, policies=policies)
        write(path, lambda place: pyarrow.parquet.write_table(table, place))

    def to_arrow_file(
        self,
        path: str | os.PathLike[str],
        indicators: Iterable[str] | None = None,
        *,
        policies: Iterable[str] | None = None,
    ) -> None:
        """``to_arrow`` as an Arrow (Feather 2) file that other programs map into memory."""
        import pyarrow.feather

        table = self.to_arrow(indicators, policies=policies)
        write(path, lambda place: pyarrow.feather.write_feather(table, place, "uncompressed"))

    def query(self, sql: str) -> pd.DataFrame:
        """The answer to a query in SQL; ``documentation`` is the table that explains all others.

        Columns go from SQLite into arrays without a Python object per value.
        """
        columns = _core.query(self.path, sql)
        return pd.DataFrame({n: _column(values) for n, values in columns.items()}, copy=False)

    def __repr__(self) -> str:
        return f"<Store {self.path}: {self.experiment['question']}>"

    def _point(self, table: str) -> str:
        return ", ".join(f"{table}{_name(c)}" for c in ["policy", *self.factors])

    def _view(
        self, view: str, indicators: Iterable[str] | None, policies: Iterable[str] | None
    ) -> pd.DataFrame:
        known = self.indicators
        names = list(known.index if indicators is None else indicators)
        for name in names:
            if name not in known.index:
                raise refuse(
                    f"{name!r} is no indicator of this store.",
                    "Only what was recorded can be read.",
                    "Choose among Store.indicators.",
                )
        keys = ["policy", *self.factors, "replication", "year"]
        where = f" WHERE policy IN ({_words(policies)})" if policies is not None else ""
        columns = ", ".join(_name(c) for c in [*keys, *names])
        frame = self.query(f"SELECT {columns} FROM {view}{where}")
        frame.attrs["units"] = known.loc[names, "unit"].to_dict()
        return frame


def _column(values: Any) -> Any:
    if not isinstance(values, tuple):
        return values
    codes, words = values
    if 2 * len(words) < len(codes):
        return pd.Categorical.from_codes(codes, categories=words)
    return np.array([*words, None], dtype=object)[codes]  # -1, no value, is the last


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _words(words: Iterable[str] | Sequence[str]) -> str:
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)
