"""The draft of a profile for a file that no profile knows."""

import tempfile
from pathlib import Path

from flows.home import Home
from transforms.errors import ConfigError, FileRefusedError
from transforms.infer.draft import as_yaml
from transforms.infer.profile import infer_profile
from transforms.intake.recognise import recognise
from transforms.profiles import load_profiles


def draft_profile(home: Home, file: Path, kind: str | None, out: Path | None) -> tuple[str, int]:
    """The draft's text and how many doubts it has, written to ``out`` where that is given; an existing file is left alone.

    It begins with the home's source that reads the file already, if one does. ConfigError when there is no such file, or
    there is one where the draft should go.
    """
    if not file.is_file():
        raise ConfigError(f"Không có tệp {file}. Hãy kiểm tra đường dẫn.", f"There is no file {file}. Check the path.")
    if out is not None and out.exists():
        raise ConfigError(
            f"Đã có {out}. Hãy chọn tên khác cho bản nháp.", f"{out} is there already. Choose another name for the draft."
        )
    source = out.stem if out else "ten_nguon"
    with tempfile.TemporaryDirectory(prefix="motcua-") as scratch:
        draft = infer_profile(file, file.name, f"data/inbox/{source}", kind, Path(scratch))
        if known := _known_source(home, file, Path(scratch)):
            vi, en = f"Nguồn {known} đã khai báo đọc được tệp này.", f"The declared source {known} reads this file already."
            draft.seen.insert(0, (vi, en))
    text = as_yaml(draft)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
    return text, sum(map(len, draft.doubts.values()))


def _known_source(home: Home, file: Path, scratch: Path) -> str | None:
    try:
        return recognise(file, file.name, list(load_profiles(home.sources).values()), scratch).source
    except FileRefusedError:  # by none, or by several alike
        return None
