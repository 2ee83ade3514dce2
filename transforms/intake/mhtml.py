"""Web pages saved with all their parts in one file (MHTML, as Excel does under ``.xls`` or ``.mht``): their tables are grids."""

import email
import email.policy
from io import BytesIO
from pathlib import Path

from transforms.errors import refused
from transforms.intake.html_tables import tables_of
from transforms.intake.table import Grid


def read_mhtml(path: Path, name: str) -> list[Grid]:
    """Every table of every page in the file; FileRefusedError when there is none."""
    with path.open("rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.compat32)
    pages = [part for part in message.walk() if part.get_content_type() == "text/html"]
    try:
        texts = [page.get_payload(decode=True).decode(page.get_content_charset("utf-8")) for page in pages]
    except (UnicodeDecodeError, LookupError) as error:
        raise refused(
            name,
            "là trang web lưu trữ (MHTML) không đúng bảng mã nó khai báo. Hãy mở bằng Excel rồi lưu lại dưới dạng .xlsx",
            "it is a web archive (MHTML) that is not in the encoding it declares. Open it in Excel and save it as .xlsx",
        ) from error
    grids = [grid for text in texts for grid in tables_of(BytesIO(text.encode()), name)]
    if not grids:
        raise refused(
            name,
            "là trang web lưu trữ (MHTML) nhưng không có bảng nào. Hãy mở bằng Excel rồi lưu lại dưới dạng .xlsx",
            "it is a web archive (MHTML) without any table. Open it in Excel and save it as .xlsx",
        )
    return grids
