"""The small runner: finds the SQL models, orders them by what they read, and runs them.

One file is one model and one SELECT; its stem is its table's name. The header holds ``key: value`` comments, each column
a trailing comment; both become the comments of the table.
"""

import difflib
import graphlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import sqlglot
from sqlglot import exp

from transforms.duck import quoted
from transforms.errors import ConfigError
from transforms.portable import departures

MODELS = Path(__file__).resolve().parent / "models"
LAYERS = ("staging", "core", "rules", "counts", "signals", "marts")
"""From the bottom up; a model reads its own layer and those below it."""
VIEW_LAYERS = ("staging", "rules", "signals")
HEADER_KEYS = {"sentence", "grain", "incremental", "params", "warnings", "audience"}
INCREMENTAL = {"dossier", "day", "full"}
NO_SETTINGS: Mapping[str, int] = {}


@dataclass(frozen=True)
class Model:
    """One model: its header, its columns with their descriptions, what it reads, and its SELECT."""

    name: str
    layer: str
    path: Path
    sql: str
    header: dict[str, str]
    columns: dict[str, str]
    reads: frozenset[str]
    params: frozenset[str]

    @property
    def grain(self) -> list[str]:
        """The columns that identify a row, in order."""
        return [column.strip() for column in self.header["grain"].split(",")]


@cache
def all_models(folder: Path = MODELS) -> dict[str, Model]:
    """Every model below ``folder``, by name. ConfigError names the file that is not what a model must be."""
    found: dict[str, Model] = {}
    for layer in LAYERS:
        for path in sorted((folder / layer).glob("*.sql")):
            if path.stem in found:
                raise _wrong(path, f"{found[path.stem].path} has the same name")
            found[path.stem] = parse_model(path, layer)
    return found


def model_sql(name: str) -> str:
    """The SELECT of one shipped model, read without checking it and all others."""
    (path,) = MODELS.glob(f"*/{name}.sql")
    return path.read_text(encoding="utf-8")


def parse_model(path: Path, layer: str) -> Model:
    """Read one model file."""
    sql = path.read_text(encoding="utf-8")
    header = _header(path, sql)
    try:
        statements = sqlglot.parse(sql, dialect="duckdb")
    except sqlglot.ParseError as error:
        raise _wrong(path, f"it is not SQL: {error.errors[0]['description']}, line {error.errors[0]['line']}") from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise _wrong(path, "a model is one SELECT")
    query = statements[0]
    not_portable = list(departures(sql, query, layer))
    if not_portable:
        raise _wrong(path, "; ".join(not_portable))
    first = query
    while isinstance(first, exp.SetOperation):
        first = first.left
    columns = {s.alias_or_name: " ".join(c.strip() for c in s.comments or []) for s in first.selects}
    bare = [name for name, description in columns.items() if not description]
    if bare:
        raise _wrong(path, f"columns without a description: {', '.join(bare)}")
    params = {p.name for p in query.find_all(exp.Parameter, exp.Placeholder)}
    said = {p.strip() for p in header.get("params", "").split(",") if p.strip()}
    if params != said:
        raise _wrong(path, f"its header names the params {sorted(said)}, it uses {sorted(params)}")
    missing = [column for column in header["grain"].replace(" ", "").split(",") if column not in columns]
    if missing:
        raise _wrong(path, f"its grain names no column: {', '.join(missing)}")
    with_names = {cte.alias for cte in query.find_all(exp.CTE)}
    reads = {table.name for table in query.find_all(exp.Table)} - with_names
    return Model(path.stem, layer, path, sql, header, columns, frozenset(reads), frozenset(params))


def in_order(models: dict[str, Model], inputs: Iterable[str]) -> list[Model]:
    """The models, each after what it reads. ConfigError on unknown names, on reading upwards and on cycles."""
    inputs = set(inputs)
    for model in models.values():
        for name in sorted(model.reads - inputs):
            if name not in models:
                near = difflib.get_close_matches(name, [*models, *inputs], n=3)
                raise _wrong(model.path, f"it reads {name}, which is not there; did you mean {', '.join(near) or 'another'}?")
            if LAYERS.index(models[name].layer) > LAYERS.index(model.layer):
                raise _wrong(model.path, f"it is in {model.layer} and reads {name} of {models[name].layer}, upwards")
    graph = {name: sorted(model.reads & models.keys()) for name, model in sorted(models.items())}
    try:
        return [models[name] for name in graphlib.TopologicalSorter(graph).static_order()]
    except graphlib.CycleError as error:
        first = models[error.args[1][0]]
        raise _wrong(first.path, f"it reads itself through {' → '.join(error.args[1])}") from error


def run_models(
    con: duckdb.DuckDBPyConnection,
    models: Sequence[Model],
    as_of: date,
    settings: Mapping[str, int] = NO_SETTINGS,
    passing: Collection[str] = (),
) -> None:
    """Make each model's table once what it reads is made, two at a time; what is read once or twice is a view, and gone at the end.

    ``settings`` holds what models bind besides ``$as_of``, by name; the tables of ``passing`` are gone at the end too.
    ConfigError when a model binds what nobody sets.
    """
    values = {"as_of": as_of, **settings}
    con.execute("attach if not exists ':memory:' as passing")
    made = {model.name: model for model in models}
    waiting = graphlib.TopologicalSorter({model.name: model.reads & made.keys() for model in models})
    waiting.prepare()
    # One statement leaves a core idle while it sorts or merges; more than two would each have too little memory.
    workers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="model")
    under_way: dict[Future[None], str] = {}
    try:
        while waiting.is_active():
            for name in waiting.get_ready():
                under_way[workers.submit(_make, con.cursor(), made[name], values, name in passing)] = name
            for finished in wait(under_way, return_when=FIRST_COMPLETED).done:
                finished.result()
                waiting.done(under_way.pop(finished))
    finally:
        workers.shutdown(cancel_futures=True)
    for model in reversed(models):
        if model.layer in VIEW_LAYERS or model.name in passing:
            con.execute(f"drop view {model.name}")
    con.execute("detach passing")


def _make(con: duckdb.DuckDBPyConnection, model: Model, values: Mapping[str, date | int], is_passing: bool) -> None:
    """Make one model's table, or its view, and close the connection."""
    if unknown := model.params - values.keys():
        raise _wrong(model.path, f"nothing sets its params {', '.join(sorted(unknown))}")
    with con:
        for name, value in values.items():
            con.execute(f"set variable {name} = $1", [value])
        if model.layer in VIEW_LAYERS:
            # A view takes no parameters; the session's variables stand in for them.
            sql = re.sub(r"\$(\w+)", r"getvariable('\1')", model.sql)
            con.execute(f"create or replace view {model.name} as {sql}")
        else:
            given = {name: values[name] for name in model.params}
            table = f"passing.{model.name}" if is_passing else model.name
            con.execute(f"create or replace table {table} as {model.sql}", given or None)
            if is_passing:
                con.execute(f"create or replace view {model.name} as from {table}")


def comment_on(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Write a model's sentence and its columns' descriptions as comments of its table."""
    con.execute(f"comment on table {model.name} is {quoted(model.header['sentence'])}")
    for column, description in model.columns.items():
        con.execute(f"comment on column {model.name}.{column} is {quoted(description)}")


def _header(path: Path, sql: str) -> dict[str, str]:
    header = {}
    for line in sql.splitlines():
        if not line.startswith("--"):
            break
        key, _, value = line[2:].partition(":")
        header[key.strip()] = value.strip()
    unknown = header.keys() - HEADER_KEYS
    if unknown or not {"sentence", "grain", "incremental"} <= header.keys():
        raise _wrong(path, f"its header needs sentence, grain and incremental; it has {', '.join(header) or 'none'}")
    if header.get("audience", "internal") != "internal":
        raise _wrong(path, "audience is internal, or left out")
    if header["incremental"] not in INCREMENTAL:
        raise _wrong(path, f"incremental is one of {', '.join(sorted(INCREMENTAL))}, not {header['incremental']}")
    return header


def _wrong(path: Path, problem: str) -> ConfigError:
    return ConfigError(f"{path}: {problem}. Hãy sửa mô hình này.", f"{path}: {problem}. Mend this model.")
