"""The page beside the marts: which release it compares with, where it may be written, and the package that describes them."""

import json
import os
import shutil
from pathlib import Path

import duckdb
import pytest
from frictionless import Package

from flows.home import Home
from flows.publish import current_release, read_manifest
from flows.report import release_before, write_report_of
from transforms.duck import quoted
from transforms.errors import ConfigError, StorageError


def publish_empty(home: Home, name: str, as_of: str, published: int) -> dict:
    """A release of which only the manifest is there, published at this second."""
    folder = home.releases / name
    folder.mkdir(parents=True)
    manifest = {"id": name, "as_of": as_of}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    os.utime(folder / "manifest.json", (published, published))
    return manifest


def test_a_release_is_compared_with_the_latest_before_it_that_is_not_of_a_later_day(home):
    first = publish_empty(home, "a", "2020-06-14", 100)
    later_day = publish_empty(home, "b", "2020-12-14", 200)
    backdated = publish_empty(home, "c", "2020-09-14", 300)
    anew = publish_empty(home, "d", "2020-12-14", 400)
    assert release_before(home, first) is None
    assert release_before(home, later_day) == home.releases / "a"
    assert release_before(home, backdated) == home.releases / "a"
    assert release_before(home, anew) == home.releases / "b"
    assert release_before(home, {"id": "not yet published", "as_of": "2021-01-05"}) == home.releases / "d"


@pytest.fixture
def published(demo_home, tmp_path) -> Home:
    """A home of its own with the demo's release."""
    home = Home(tmp_path / "home")
    release = current_release(demo_home)
    shutil.copytree(release, home.releases / release.name)
    shutil.copytree(demo_home.config, home.config)
    (home.marts / "current").symlink_to(f"releases/{release.name}")
    return home


def test_the_page_is_written_anew_over_a_page_and_over_nothing_else(published):
    release = current_release(published)
    first = write_report_of(published, None, None)
    assert first == published.reports / release.name / "index.html"
    assert first.read_bytes() == (release / "report" / "index.html").read_bytes()
    (first.parent / "units" / "gone.html").touch()
    assert write_report_of(published, release.name, first.parent) == first
    assert not (first.parent / "units" / "gone.html").exists()
    (first.parent / "45-BC-UBND.docx").touch()
    with pytest.raises(ConfigError, match="something else"):
        write_report_of(published, None, first.parent)
    assert (first.parent / "45-BC-UBND.docx").exists()
    file = published.root / "a file"
    file.touch()
    with pytest.raises(StorageError, match="a file"):
        write_report_of(published, None, file / "page")

    photographs = published.root / "photographs"
    photographs.mkdir()
    (photographs / "tet.jpg").touch()
    with pytest.raises(ConfigError, match="photographs"):
        write_report_of(published, None, photographs)
    assert [path.name for path in photographs.iterdir()] == ["tet.jpg"]
    assert not list(published.root.rglob("*.new"))


def test_the_public_page_is_written_beside_the_other_by_the_setting_of_the_office(published):
    settings = published.config / "settings.yml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("public_smallest_count: 5", "public_smallest_count: 7"))
    first = write_report_of(published, None, None, is_public=True)
    assert first == published.reports / f"{current_release(published).name}-public" / "index.html"
    assert "dưới 7 không công bố" in first.read_text(encoding="utf-8")
    assert write_report_of(published, None, None, is_public=True) == first
    with pytest.raises(ConfigError, match="public"):
        write_report_of(published, None, first.parent)
    assert not (first.parent / "dossiers").exists()


def test_the_page_is_part_of_what_the_manifest_vouches_for(demo_home):
    release = current_release(demo_home)
    files = read_manifest(release)["files"]
    assert "report/index.html" in files
    assert {f"report/dossiers/{path.name}" for path in (release / "report" / "dossiers").iterdir()} <= files.keys()


PARQUET_TYPES = {
    "string": {"VARCHAR"},
    "boolean": {"BOOLEAN"},
    "integer": {"INTEGER", "BIGINT"},
    "number": {"DOUBLE"},
    "date": {"DATE"},
    "datetime": {"TIMESTAMP"},
}


def test_the_data_package_describes_every_mart_as_it_is(demo_home):
    release = current_release(demo_home)
    package = Package(str(release / "datapackage.json"))
    assert not list(Package.metadata_validate(package.to_descriptor()))
    described = {file for resource in package.resources for file in resource.paths}
    assert described == {path.relative_to(release).as_posix() for path in release.rglob("*.parquet")}
    for resource in package.resources:
        file = release / resource.paths[0]
        columns = duckdb.sql(f"describe from read_parquet({quoted(str(file))})").fetchall()
        assert [field.name for field in resource.schema.fields] == [name for name, *_ in columns]
        for field, (_, data_type, *_) in zip(resource.schema.fields, columns, strict=True):
            assert data_type in PARQUET_TYPES[field.type], (resource.name, field)
            assert field.description


def test_the_database_says_of_every_mart_and_column_what_it_is(demo_home):
    database: Path = current_release(demo_home) / "marts.duckdb"
    with duckdb.connect(database, read_only=True) as con:
        silent = con.execute(
            """select table_name, column_name from duckdb_columns() where comment is null and not internal
               union all select table_name, '' from duckdb_tables() where comment is null and not internal"""
        ).fetchall()
    assert not silent
