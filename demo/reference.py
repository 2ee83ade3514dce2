"""Writes the district's units and procedures as reference tables."""

from pathlib import Path

from demo import catalogue
from demo.books import write_csv
from demo.district import ALIASES, MERGE_DAY, MERGED, UNITS, older_code


def write_reference(folder: Path) -> None:
    """Write the district's units and procedures."""
    folder.mkdir(parents=True, exist_ok=True)
    write_csv(
        folder / "units.csv",
        "unit_code,unit_name,unit_level,unit_kind,parent_code,valid_from,valid_to",
        ([u.code, u.name, u.level, u.kind, u.parent, u.valid_from, u.valid_to or ""] for u in UNITS),
    )
    write_csv(
        folder / "unit_succession.csv",
        "old_code,new_code,effective_date,basis",
        ([old, new, MERGE_DAY, "Số liệu mẫu, không có thật (made up)"] for old, new in MERGED.items()),
    )
    write_csv(folder / "unit_alias.csv", "source,alias,unit_code", ALIASES)
    write_csv(folder / "unit_code.csv", "source,code,unit_code", (["", older_code(u.code), u.code] for u in UNITS))
    write_csv(folder / "procedures.csv", catalogue.HEADER, (line.cells() for line in catalogue.CATALOGUE))
