"""Reading one file as a run would, without a run."""

from pathlib import Path

import pytest

from expectations.row_rules import rules_for
from flows.settings import load_config
from transforms.duck import connect
from transforms.intake.read import ReadResult, column_roles, read_rows
from transforms.landing import Said, _export_time
from transforms.profiles import Profile


@pytest.fixture
def read_canonical(home, tmp_path):
    """Reads a file into its canonical rows, sorted, and what was found on the way; ``changes`` are made to the profile."""
    config = load_config(home)

    def read(path: Path, source: str = "tandan", **changes: object) -> tuple[ReadResult, list[tuple]]:
        shipped = config.profiles[source]
        profile = Profile.model_validate(shipped.model_dump(by_alias=True) | changes)
        con, target = connect(), tmp_path / "rows.parquet"
        exported_at, _ = _export_time(path.name, profile, Said())
        rules = rules_for(profile.kind, column_roles(profile))
        result, _ = read_rows(con, path, path.name, profile, config.reference.names(), rules, exported_at, target, tmp_path)
        rows = sorted(con.read_parquet(str(target)).fetchall(), key=repr)
        con.close()
        return result, rows

    return read
