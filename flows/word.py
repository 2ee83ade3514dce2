"""Writing the Word documents of a release, with the office's own templates."""

import shutil
from contextlib import closing
from pathlib import Path

from flows.home import Home, shipped_config
from flows.publish import read_manifest
from flows.query import find_release, open_release
from reports.page.names import file_stem
from reports.word.write import TEMPLATES, write_documents
from transforms.duck import needing_room
from transforms.errors import ConfigError
from transforms.periods import named_period


def write_word_of(home: Home, release_id: str | None, period: str, unit: str, output: Path | None) -> Path:
    """Write the report of a period, the page on why and the reminder letters of the current or a named release; their folder.

    It is ``output``, or one of the release's and the period's name in data/reports. People complete these documents by hand, so
    that none is ever replaced: ConfigError for a folder that holds anything.
    """
    release = find_release(home, release_id)
    manifest = read_manifest(release)
    period = period or str(manifest["plan"]["year"])
    named_period(period)
    target = output or home.reports / "-".join([release.name, "word", period.upper(), *([file_stem(unit)] if unit else [])])
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise ConfigError(
            f"{target} đã có tệp, có thể đã được sửa tay. Chọn thư mục khác bằng --output, hoặc chuyển thư mục ấy đi.",
            f"{target} holds files that somebody may have completed. Choose another folder with --output, or move it away.",
        )
    made = target.with_name(f".{target.name}.new")
    shutil.rmtree(made, ignore_errors=True)
    try:
        with needing_room(target.parent), closing(open_release(release)) as con:
            made.mkdir(parents=True)
            write_documents(con, manifest, period, unit, _templates(home), made)
            if target.exists():
                target.rmdir()
            made.rename(target)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return target


def _templates(home: Home) -> dict[str, Path]:
    """Each template: the office's own, or the shipped one in a home that is older than it."""
    own, shipped = home.config / "templates", shipped_config() / "templates"
    return {name: own / name if (own / name).exists() else shipped / name for name in TEMPLATES}
