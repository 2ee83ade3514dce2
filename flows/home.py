"""Where an office's files live: one folder with ``config/`` and ``data/``."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from transforms.errors import ConfigError

CHECKOUT = Path(__file__).resolve().parent.parent
_PACKAGED_CONFIG = Path(__file__).resolve().parent / "shipped_config"


@dataclass(frozen=True)
class Home:
    """The paths of one office; nothing is created by naming it.

    A history or a configuration that is only tried lies elsewhere than the office's own; all else is shared.
    """

    root: Path
    staged_history: Path | None = None
    kept_config: Path | None = None

    @property
    def config(self) -> Path:
        return self.kept_config or self.root / "config"

    @property
    def reference(self) -> Path:
        return self.config / "reference"

    @property
    def sources(self) -> Path:
        return self.config / "sources"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def raw(self) -> Path:
        return self.data / "raw"

    @property
    def warehouse_folder(self) -> Path:
        return self.staged_history or self.data / "warehouse"

    @property
    def warehouse(self) -> Path:
        return self.warehouse_folder / "warehouse.duckdb"

    @property
    def read_rows(self) -> Path:
        return self.warehouse_folder / "read"

    @property
    def scratch(self) -> Path:
        """Temporary files of the run that holds the lock; emptied by the next one."""
        return self.warehouse_folder / "scratch"

    @property
    def lock(self) -> Path:
        """Held by whoever writes anything of this office, a staged history too."""
        return self.data / "warehouse" / "lock"

    @property
    def backfill_folder(self) -> Path:
        """Where a backfill is staged until it is published, or another begins."""
        return self.data / "warehouse" / "backfill"

    @property
    def runs(self) -> Path:
        return self.data / "runs.sqlite"

    @property
    def marts(self) -> Path:
        return self.data / "marts"

    @property
    def releases(self) -> Path:
        return self.marts / "releases"

    @property
    def reports(self) -> Path:
        """Pages, workbooks and Word documents that were asked for of a release, beside what lies inside it."""
        return self.data / "reports"

    @property
    def manifests(self) -> Path:
        """The manifests of releases whose tables were pruned: what each night knew."""
        return self.marts / "manifests"

    @property
    def configs(self) -> Path:
        """Every configuration file that a release was made with, under its SHA-256."""
        return self.marts / "config"

    @property
    def prefect(self) -> Path:
        return self.data / "prefect"


def shipped_config() -> Path:
    """The configuration a new home starts from: the checkout's, or the copy that an installed package carries."""
    return _PACKAGED_CONFIG if _PACKAGED_CONFIG.is_dir() else CHECKOUT / "config"


def find_home(option: Path | None = None) -> Home:
    """The home named by the option, else by MOTCUA_HOME, else the checkout, else the working folder."""
    if option is None:
        named = os.environ.get("MOTCUA_HOME")
        option = Path(named) if named else CHECKOUT if (CHECKOUT / "pyproject.toml").is_file() else Path.cwd()
    root = option.expanduser().resolve()
    if root.exists() and not root.is_dir():
        raise ConfigError(
            f"{root} không phải là thư mục. Hãy chỉ một thư mục bằng --home hoặc MOTCUA_HOME.",
            f"{root} is not a folder. Name a folder with --home or MOTCUA_HOME.",
        )
    return Home(root)


def prepare_home(home: Home) -> None:
    """Give a new home its own copy of the shipped configuration; leave an existing one alone."""
    if not home.sources.exists():
        left_out = shutil.ignore_patterns(*OFFICE_REGISTERS)
        shutil.copytree(shipped_config(), home.config, ignore=left_out, dirs_exist_ok=True)
    for folder in (home.raw, home.warehouse_folder, home.releases):
        folder.mkdir(parents=True, exist_ok=True)


OFFICE_REGISTERS = (
    *("units.csv", "unit_alias.csv", "unit_code.csv", "unit_succession.csv", "procedures.csv", "opening_balance.csv"),
    "closing.csv",
)
"""Registers that only the office has; a new home starts without them."""
