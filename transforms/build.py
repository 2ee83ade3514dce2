"""Building a release's tables: the history and the registers go in, the models run, the marts come out in one file."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import asdict, astuple
from datetime import date
from pathlib import Path

import duckdb

import transforms
from transforms.closings import FILED_TABLES, known_closings, load_filed
from transforms.codes import AGENCY_SQL, normal_agency_code
from transforms.duck import connect, quoted, rows
from transforms.entities import ENTITIES
from transforms.figure_settings import FigureSettings
from transforms.intake.recipients import SEPARATOR
from transforms.periods import periods_between, year_of
from transforms.plans import Plan, plan_tables
from transforms.reference import Reference, unit_scopes
from transforms.registers import registers
from transforms.registry import figures, signals
from transforms.runner import all_models, comment_on, in_order, run_models
from transforms.succession import endings, todays_maps
from transforms.working_calendar import calendar_tables

WAREHOUSE_TABLES = (
    "landed_file",
    "quarantine",
    "row_warning",
    "file_finding",
    "dossier_absence",
    *(f"{kind}_run" for kind in ENTITIES),
)
REGISTER_TABLES = {
    "unit_register": "unit_code varchar, unit_name varchar, unit_level varchar, unit_kind varchar, parent_code varchar, "
    "valid_from date, valid_to date, is_from_data boolean, series_break_date date",
    "succession_register": "old_code varchar, new_code varchar, effective_date date, basis varchar, extent varchar, "
    "is_whole boolean",
    "agency_code": "source varchar, agency_code varchar, unit_code varchar, is_guessed boolean",
    "unit_scope": "unit_code varchar, scope varchar, member_unit_code varchar",
    "recipient_member": "recipients varchar, member varchar",
    "procedure_register": "procedure_code varchar, procedure_name varchar, field_code varchar, field_name varchar, "
    "competent_level varchar, service_level varchar, duration_days integer, duration_unit varchar, valid_from date, "
    "valid_to date, is_at_one_stop boolean, has_internal_process boolean, is_published boolean, "
    "is_excepted boolean, exception_ground varchar",
    "form_layout_register": "layout_id varchar, mart_name varchar, form_name varchar, instrument varchar, valid_from date, "
    "valid_to date, title_vi varchar, title_en varchar, evidence_vi varchar, evidence_en varchar",
    "form_column_register": "layout_id varchar, column_number integer, group_vi varchar, group_en varchar, heading_vi varchar, "
    "heading_en varchar, shows varchar, sum_of varchar, mark varchar",
    "opening_balance": "unit_code varchar, opening_date date, open_count bigint, document varchar",
    "closing_register": "closing_number integer, calendar varchar, period_kind varchar, period_start date, period_end date, "
    "document varchar, release_id varchar, release_date date, closed_date date, reason varchar",
    **{name: f"closing_number integer, {columns}" for name, (_, columns) in FILED_TABLES.items()},
    "calendar_day": "day date, is_weekend boolean",
    "calendar_exception": "calendar_scope varchar, day date, is_working_day boolean, is_confirmed boolean, is_national boolean",
    "unit_calendar": "unit_code varchar, calendar_scope varchar",
    "status_treatment": "rule_id varchar, status varchar, treatment varchar, limit_days integer",
    "figure": "indicator_id varchar, rule_id varchar, basis_id varchar, unit_role varchar, kind varchar, counted varchar, "
    "periods varchar, validity varchar, silence varchar, needs varchar, title_vi varchar, title_en varchar",
    "signal": "signal_id varchar, threshold integer, least_count integer, from_hour integer, looks_at varchar",
    "kept_out_dossier": "dossier_key varchar",
    "period": "calendar varchar, period_kind varchar, period_start date, period_end date",
    "plan_target": "target_id varchar, name_vi varchar, name_en varchar, text_vi varchar, text_en varchar, is_aim boolean",
    "plan_part": "target_id varchar, part_number integer, indicator_id varchar, rule_id varchar, basis_id varchar, "
    "title_vi varchar, title_en varchar, is_judged boolean, scope varchar, calendar varchar, year_start date, year_end date, "
    "operator varchar, bar bigint, first_milestone_date date",
    "plan_milestone": "target_id varchar, from_date date, bar bigint",
    "target_scope": "unit_code varchar, scope varchar, member_unit_code varchar",
}
MODEL_INPUTS = (*WAREHOUSE_TABLES, *REGISTER_TABLES)
PARTITIONED_MARTS = {"dossier": "received_month", "outcome": "received_month"}
NO_SETTINGS = FigureSettings()
LARGE_MARTS = {"dossier", "outcome", "daily_activity"}
"""Marts that are Parquet only; the others are also tables of marts.duckdb."""

PASSING_MODELS = {
    "status_interval",
    "transmission_asof",
    "document_recipient",
    "document_asof",
    "dossier_outcome",
    "dossier_change",
    "first_known",
}
"""Large tables that only other models read: in memory, since writing them into the file costs more than making them."""


def build_marts(
    warehouse: Path,
    target: Path,
    reference: Reference,
    plan: Plan,
    as_of: date,
    temp: Path | None = None,
    settings: FigureSettings = NO_SETTINGS,
    passing: Collection[str] = PASSING_MODELS,
    releases: Path | None = None,
) -> None:
    """Make ``target``, a DuckDB file with every mart as known on ``as_of``, described in its table ``mart``.

    What other models are made of is there too, but for the tables of ``passing``. Of the closed ``releases`` the filed
    figures are taken.
    """
    for leftover in (target, target.with_suffix(".duckdb.wal")):
        leftover.unlink(missing_ok=True)
    con = connect(target, temp=temp)
    try:
        con.execute(f"attach {quoted(str(warehouse))} as warehouse (read_only)")
        for table in WAREHOUSE_TABLES:
            con.execute(f"create view {table} as select * from warehouse.{table}{_known_by(table, as_of)}")
        # One transaction for the many small statements: each commit of its own would wait for the disk.
        con.execute("begin")
        load_registers(con, reference, plan, as_of, settings)
        if releases is not None:
            load_filed(con, known_closings(reference.closings, as_of), releases)
        con.execute("commit")
        run_models(con, in_order(all_models(), MODEL_INPUTS), as_of, settings.params, passing)
        con.execute("begin")
        _describe_marts(con)
        con.execute("commit")
        for table in WAREHOUSE_TABLES:
            con.execute(f"drop view {table}")
        con.execute("detach warehouse")
        con.execute("checkpoint")
    finally:
        con.close()


def _known_by(table: str, as_of: date) -> str:
    """The condition for what had been exported by the end of a day; what is said of a file's rows stands or falls with the file."""
    at = "first_exported_at" if table.endswith(("_run", "_absence")) else "exported_at" if table == "landed_file" else None
    if at is None:
        return ""
    unknown = f" or {at} is null" if table == "landed_file" else ""
    return f" where {at} < date '{as_of}' + interval 1 day{unknown}"


def latest_export_day(con: duckdb.DuckDBPyConnection) -> date | None:
    """The day of the latest recorded export: what ``as_of`` is when nobody says otherwise."""
    found = con.execute("select max(cast(exported_at as date)) from landed_file where outcome = 'recorded'").fetchall()
    return found[0][0]


def release_inputs(con: duckdb.DuckDBPyConnection, as_of: date) -> list[dict]:
    """The files that a release as of this day is made from, in order of export: how they were read, and what they cover."""
    return rows(
        con,
        """select source, kind, file_name, file_id as sha256, strftime(exported_at, '%Y-%m-%dT%H:%M:%S') as exported_at,
                  outcome, profile_hash as reading_hash, accepted_rules, reread_reason,
                  concat_ws(' ', covers_by, coalesce(covers_from::varchar, ''), coalesce(covers_to::varchar, '')) as covers
           from landed_file where exported_at < $as_of::date + interval 1 day or exported_at is null
           order by exported_at nulls last, source, file_id""",
        {"as_of": as_of},
    )


DECISIVE = ("source", "sha256", "exported_at", "outcome", "reading_hash", "accepted_rules", "covers")
"""What of a file decides a release. Not its name: the same file under two names is the same input."""


def release_fingerprint(
    as_of: date, inputs: Iterable[dict], reference: Reference, plan: Plan, settings: FigureSettings = NO_SETTINGS
) -> str:
    """The hash of all that decides a release: day, files as read, registers, plan, settings, code and the engine's version."""
    digest = hashlib.sha256()
    files = sorted(tuple(f[name] or "" for name in DECISIVE) for f in inputs)
    decided = {name: getattr(settings, name) for name in FigureSettings.model_fields}
    for part in (as_of.isoformat(), files, asdict(reference), plan.model_dump_json(), decided, duckdb.__version__, code_hash()):
        digest.update(repr(part).encode())
    return digest.hexdigest()[:12]


def code_hash() -> str:
    """The hash of the code and models that make figures, so that a changed program makes another release."""
    digest = hashlib.sha256()
    root = Path(transforms.__file__).resolve().parent.parent
    for room in ("transforms", "expectations", "reports"):
        for path in sorted((root / room).rglob("*")):
            if path.suffix in {".py", ".sql", ".csv", ".html"}:
                digest.update(path.relative_to(root).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


CHECK_RESULT_SENTENCE = "Every check of this release and what it came to."
CHECK_RESULT_COLUMNS = {
    "check_id": ("varchar", "check"),
    "table_name": ("varchar", "table it looks at"),
    "severity": ("varchar", "release: stops the publication; warning: published and shown"),
    "state": ("varchar", "passed | failed | broken (the check itself crashed)"),
    "failed_count": ("bigint", "rows that break it; null when it crashed"),
    "observed": ("varchar", "what was found, without values"),
    "sentence_vi": ("varchar", "what must hold, in Vietnamese"),
    "sentence_en": ("varchar", "what must hold"),
    "reason": ("varchar", "why it must"),
}


def add_check_results(con: duckdb.DuckDBPyConnection, results: Iterable[dict]) -> None:
    """Add the verdict to the marts, a row a check, as ``check_result``."""
    columns = ", ".join(f"{name} {kind}" for name, (kind, _) in CHECK_RESULT_COLUMNS.items())
    con.execute("begin")
    con.execute(f"create or replace table check_result ({columns})")
    places = ", ".join(f"${name}" for name in CHECK_RESULT_COLUMNS)
    con.executemany(
        f"insert into check_result values ({places})",
        [{name: result[name] for name in CHECK_RESULT_COLUMNS} for result in results],
    )
    con.execute(f"comment on table check_result is {quoted(CHECK_RESULT_SENTENCE)}")
    for name, (_, description) in CHECK_RESULT_COLUMNS.items():
        con.execute(f"comment on column check_result.{name} is {quoted(description)}")
    con.execute("insert into mart values ('check_result', 'check_id', true, null)")
    con.execute("commit")


def _describe_marts(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create table mart (mart_name varchar, sort_columns varchar, is_small boolean, partition_column varchar)")
    for model in all_models().values():
        if model.layer == "marts":
            comment_on(con, model)
            partition = PARTITIONED_MARTS.get(model.name)
            con.execute(
                "insert into mart values ($1, $2, $3, $4)",
                [model.name, ",".join(model.grain), model.name not in LARGE_MARTS, partition],
            )


def load_registers(con: duckdb.DuckDBPyConnection, reference: Reference, plan: Plan, as_of: date, settings: FigureSettings) -> None:
    """Make the tables of REGISTER_TABLES, which the models read beside the warehouse's."""
    units = _units(con, reference)
    scopes = unit_scopes(units, plan.outside_scope)
    known = endings(reference.successions)
    subtrees: dict[str, set[str]] = {}
    for unit, scope, member in scopes:
        if scope == "subtree":
            subtrees.setdefault(unit, set()).add(member)
    maps = todays_maps(units, subtrees, known.values(), as_of.isoformat())
    tables = {
        "unit_register": [{**u, "series_break_date": maps.get(u["unit_code"], (set(), None))[1]} for u in units],
        "succession_register": [
            {**link, "is_whole": known[link["old_code"], link["new_code"], link["effective_date"]].is_whole}
            for link in reference.successions
        ],
        "unit_scope": scopes + [(unit, "todays_map", member) for unit, (members, _) in maps.items() for member in sorted(members)],
        "agency_code": _agency_codes(con, reference),
        "recipient_member": [],
        "procedure_register": reference.procedures,
        **calendar_tables(reference.calendar, units),
        "form_layout_register": reference.form_layouts,
        "form_column_register": reference.form_columns,
        "opening_balance": reference.openings,
        "closing_register": [
            tuple(closing[name] or None for name in _CLOSING_COLUMNS) for closing in known_closings(reference.closings, as_of)
        ],
        "status_treatment": reference.treatments,
        "figure": figures(),
        "signal": [tuple(s[name] for name in _SIGNAL_COLUMNS) for s in signals().values()],
        "kept_out_dossier": _kept_out_dossiers(con),
        "period": [astuple(p) for p in periods_between(_first_day(con, plan, as_of, settings), as_of, settings.first_days)],
        **plan_tables(plan, units, scopes, settings.first_days),
    }
    for name, columns in REGISTER_TABLES.items():
        con.execute(f"create table {name} ({columns})")
        found = tables.get(name, ())  # what was filed is not in any register
        values = [tuple(v if v != "" else None for v in r.values()) if isinstance(r, dict) else r for r in found]
        load_rows(con, name, values)
    # As many as there are documents, at worst: too many to go through Python.
    con.execute(f"""
        insert into recipient_member
        select recipients, unnest(string_split(recipients, {quoted(SEPARATOR)}))
        from (select distinct recipients from document_run where recipients is not null)""")


_CLOSING_COLUMNS = (
    *("closing_number", "calendar", "period_kind", "period_start", "period_end", "document", "release_id"),
    *("as_of_date", "closed_date", "reason"),
)
_SIGNAL_COLUMNS = ("signal_id", "threshold", "least_count", "from_hour", "looks_at")


def load_rows(con: duckdb.DuckDBPyConnection, table: str, values: Collection[tuple]) -> None:
    """Insert rows column by column, which for thousands of rows is fifty times faster than row by row."""
    if values:
        columns = [list(column) for column in zip(*values, strict=True)]
        con.execute(f"insert into {table} select {', '.join('unnest(?)' for _ in columns)}", columns)


def _units(con: duckdb.DuckDBPyConnection, reference: Reference) -> list[dict]:
    """The unit register, or, in a home without one, the units that the data name, flagged as such."""
    if reference.units:
        return [{**unit, "is_from_data": False} for unit in reference.units]
    names = con.execute("""
        select receiving_unit_code as unit_code from dossier_run
        union select resolving_unit_code from dossier_run
        union select issuing_unit_code from document_run
        union select issuing_unit_code from transmission_run order by unit_code""").fetchall()
    return [
        {
            "unit_code": name,
            "unit_name": name,
            "unit_level": "unknown",
            "unit_kind": "unknown",
            "parent_code": "",
            "valid_from": "",
            "valid_to": "",
            "is_from_data": True,
        }
        for (name,) in names
    ]


def _agency_codes(con: duckdb.DuckDBPyConnection, reference: Reference) -> list[tuple[str, str, str | None, bool]]:
    """(source, agency part of dossier codes, the unit that it stands for or None, whether that is only guessed)."""
    units = {unit["unit_code"] for unit in reference.units}
    if not units:  # without a register there is nothing to compare with
        return []
    written = con.execute(f"select distinct source, {AGENCY_SQL} as agency from dossier_run where agency is not null order by all")
    found = []
    for source, agency in written.fetchall():
        listed = {row["code"]: row["unit_code"] for row in reference.codes if row["source"] in ("", source)}
        code, is_guessed = normal_agency_code(agency, listed)
        found.append((source, agency, code if code in units else None, is_guessed))
    return found


def _kept_out_dossiers(con: duckdb.DuckDBPyConnection) -> list[tuple[str]]:
    """The dossiers of which some export had a row that is kept out; only hashes of their codes are known of such rows."""
    return con.execute(
        """select distinct source || ':' || dossier_code as dossier_key from dossier_run
           where (source, md5(dossier_code)) in (select (source, key_hash) from quarantine) order by dossier_key"""
    ).fetchall()


def _first_day(con: duckdb.DuckDBPyConnection, plan: Plan, as_of: date, settings: FigureSettings) -> date:
    """The first day that any figure can speak of: where the sources' coverage begins, else where their data do.

    With a register kept by hand, the plan's year at the latest: what it holds of a year may be dated anywhere in it.
    """
    found = con.execute("""
        select least(
            (select case when count(*) = count(covers_from) then min(covers_from) end
             from landed_file where outcome = 'recorded' and kind = 'dossier'),
            (select min(cast(received_at as date)) from dossier_run
             where source not in (select source from landed_file where covers_from is not null)),
            (select min(cast(issued_at as date)) from document_run),
            (select min(cast(issued_at as date)) from transmission_run))""").fetchall()[0][0]
    first = min(found or as_of, as_of)
    kept = con.execute(
        "select count(*) from landed_file where outcome = 'recorded' and list_contains($1, kind)", [[*registers()]]
    ).fetchall()[0][0]
    begins = [year_of(calendar, plan.year, settings.first_days).period_start for calendar in plan.calendars]
    return min(first, *begins) if kept else first
