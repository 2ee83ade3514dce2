"""Why a figure is what it is: from releases alone, unless the lines of files are asked for."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from flows.home import Home
from flows.lock import writing
from flows.publish import read_manifest
from flows.query import find_release, open_release, open_releases
from flows.settings import load_config
from reports.changes import GRAIN, Known, changed_dossiers, changes_of, figure_in
from reports.explanation import Asked, explain_figure, find_figure
from reports.numbers import period_label, rate
from transforms.build import load_rows
from transforms.duck import rows
from transforms.errors import ConfigError, ExportGoneError, FileRefusedError
from transforms.intake.lines import lines_of_codes
from transforms.keeping import opened
from transforms.profiles import Profile
from transforms.warehouse import open_warehouse


def explain(home: Home, asked: Asked, release_id: str | None, most: int | None, *, with_lines: bool = False) -> dict[str, Any]:
    """The explanation of a figure of the current or a named release, as explain_figure gives it.

    ``with_lines`` adds to each dossier listed the file that first said what is known of it, and its line there; BusyError while a
    run works.
    """
    release = find_release(home, release_id)
    manifest = read_manifest(release)
    as_of = date.fromisoformat(manifest["as_of"])
    con = open_release(release)
    try:
        found = explain_figure(con, asked, manifest["plan"], as_of, most)
    finally:
        con.close()
    if with_lines:
        _add_lines(home, found["dossiers"], as_of)
    return {"release_id": release.name, **found}


def changed(home: Home, asked: Asked, since: str, release_id: str | None, most: int) -> dict[str, Any]:
    """Why a figure of the current or a named release is another than in the release ``since``: both figures, causes, dossiers.

    ConfigError when one of the releases, or the figure in both, is not there, or a release is too old to be compared.
    """
    releases = {"before": find_release(home, since), "now": find_release(home, release_id)}
    for release in releases.values():
        if not lists_dossiers(release):
            raise ConfigError(
                f"Bản {release.name} do chương trình cũ làm ra, không liệt kê đủ hồ sơ nên không so được. Hãy chọn bản mới hơn.",
                f"The release {release.name} was made by an older program that did not list every dossier: choose a later one.",
            )
    manifests = {schema: read_manifest(release) for schema, release in releases.items()}
    known = {schema: known_release(schema, manifest) for schema, manifest in manifests.items()}
    con = open_releases(releases)
    try:
        con.execute("set search_path = 'now'")
        figure = find_figure(con, asked, manifests["now"]["plan"]["calendar"])
        con.execute("set search_path = 'main'")
        causes = changes_of(con, known["before"], known["now"], [figure])
        return {
            **{name: figure[name] for name in (*GRAIN, "unit_name")},
            "period": period_label(figure["calendar"], figure["period_kind"], figure["period_start"], figure["period_end"]),
            "before": {"release_id": releases["before"].name, **_figure(con, known["before"], figure)},
            "now": {"release_id": releases["now"].name, **_figure(con, known["now"], figure)},
            "causes": causes,
            "dossiers": changed_dossiers(con, known["before"], known["now"], most),
        }
    finally:
        con.close()


def lists_dossiers(release: Path) -> bool:
    """Whether a release can be laid beside another, dossier by dossier; one of an older program cannot."""
    return (release / "outcome").is_dir() and (release / "quarantined_dossier.parquet").exists()


def known_release(schema: str, manifest: dict[str, Any]) -> Known:
    """A release by its manifest, its marts in this schema; one that is still being written has no hashes of its files yet."""
    return Known(schema, date.fromisoformat(manifest["as_of"]), manifest["plan"]["outside_scope"], manifest.get("files", {}))


def _figure(con: duckdb.DuckDBPyConnection, known: Known, figure: dict[str, Any]) -> dict[str, Any]:
    found = figure_in(con, known, figure) or dict.fromkeys(("numerator", "denominator", "status_reason")) | {
        "status": "missing_data"
    }
    said = {name: found[name] for name in ("numerator", "denominator", "status", "status_reason")}
    is_ok = said["status"] == "ok"
    return {"as_of_date": known.as_of, **said, "rate_text": rate(said["numerator"], said["denominator"]) if is_ok else None}


def _add_lines(home: Home, dossiers: list[dict[str, Any]], as_of: date) -> None:
    profiles = load_config(home).profiles
    with writing(home, "motcua explain --lines"):
        con = open_warehouse(home.warehouse, temp=home.scratch)
        try:
            files = _files_behind(con, dossiers, as_of)
        finally:
            con.close()
        lines: dict[str, list[dict[str, Any]]] = {}
        for file in files:
            found = _lines_in(home, file, profiles)
            for code in file["codes"]:
                told = {"file_name": file["file_name"], "file_id": file["file_id"], "line": found.get(code)}
                lines.setdefault(f"{file['source']}:{code}", []).append(told)
    for dossier in dossiers:
        dossier["lines"] = lines.get(dossier["dossier_key"], [])


def _lines_in(home: Home, file: dict[str, Any], profiles: dict[str, Profile]) -> dict[str, int]:
    """The lines of a file's codes; nothing where it is not there, or not readable any more, so that it is named without them."""
    profile, codes = profiles.get(file["source"]), set(file["codes"])
    if profile is None:
        return {}
    try:
        with opened(home.raw, file, home.scratch) as path:
            return lines_of_codes(path, file["file_name"], profile, codes, home.scratch, file["format_received"])
    except (FileRefusedError, ExportGoneError):
        return {}


def _files_behind(con: duckdb.DuckDBPyConnection, dossiers: list[dict[str, Any]], as_of: date) -> list[dict[str, Any]]:
    """The files that first said what was known of the dossiers on the as-of day, each with their codes."""
    con.execute("create temp table listed (source varchar, dossier_code varchar)")
    load_rows(con, "listed", [(d["source"], d["dossier_key"].removeprefix(d["source"] + ":")) for d in dossiers])
    return rows(
        con,
        """select f.source, f.file_id, f.file_name, f.stored_as, f.kept, f.format_received, list(r.dossier_code) as codes
           from listed as l join dossier_run as r using (source, dossier_code)
           join landed_file as f on f.source = r.source and f.file_id = r.first_file
           where r.first_exported_at < $1::date + interval 1 day
               and (r.ended_exported_at is null or r.ended_exported_at >= $1::date + interval 1 day)
           group by all order by f.source, f.file_id""",
        [as_of],
    )
