"""Taking a staged history over as the office's own: begun, it ends, whatever kills it between."""

import shutil
from pathlib import Path

from flows.home import Home

_SWITCHING = "switching"
"""The file whose being there says that a staged history is complete and must be taken over."""


def take_over(home: Home, staged: Home) -> None:
    """Make a complete staged history the office's own; its warehouse must be closed. Its folder stays until `clear_staged`."""
    (staged.warehouse_folder / _SWITCHING).touch()
    _move(home, staged.warehouse_folder)


def finish_taking_over(home: Home) -> None:
    """Do what a killed run left of taking a staged history over; call it before the warehouse is opened."""
    folder = home.backfill_folder
    if (folder / _SWITCHING).exists():
        _move(home, folder)
        clear_staged(folder)


def clear_staged(folder: Path) -> None:
    """Remove a staged history. The sign that it must be taken over goes last but for the folder: until then all was taken."""
    for path in folder.glob("*"):
        if path.name != _SWITCHING:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.rmtree(folder, ignore_errors=True)


def _move(home: Home, folder: Path) -> None:
    """Each file by one step, the warehouse last: moved twice, nothing is different."""
    read = folder / home.read_rows.name
    for path in sorted(read.rglob("*.parquet")):
        target = home.read_rows / path.relative_to(read)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
    warehouse = folder / home.warehouse.name
    if warehouse.exists():
        home.warehouse.with_name(f"{home.warehouse.name}.wal").unlink(missing_ok=True)  # of the one that goes
        warehouse.replace(home.warehouse)
