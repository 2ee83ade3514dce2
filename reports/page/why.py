"""Why a unit is red, in three lines: what it misses, where it comes from, and what is still open."""

from typing import Any

from reports.numbers import in_english
from reports.page.figures import counted, indicator_said, period_said
from reports.page.names import without_direction
from reports.words import Said

_NAMED = 2


def why_lines(targets: list[dict[str, Any]], backlog: dict[str, Any] | None) -> list[Said]:
    """Three lines about a unit: ``targets`` as its page shows them, the most urgent first; ``backlog`` a row of the mart."""
    return [_verdict(targets), _where(targets), _still_open(targets, backlog)]


def _verdict(targets: list[dict[str, Any]]) -> Said:
    judged = [target for target in targets if target["state"] in ("met", "not_met") and target["fraction"]]
    missed = [target for target in judged if target["state"] == "not_met"]
    if not judged:
        return "Chưa có số liệu để đánh giá mục tiêu nào.", "No target can be judged yet."
    if not missed:
        all_of = counted(len(judged))
        return f"Đạt cả {all_of[0]} mục tiêu có số liệu.", f"All {all_of[1]} targets with figures are met."
    vi, en = zip(*map(_missed, missed[:_NAMED]), strict=True)
    more = len(missed) - _NAMED
    if more > 0:
        vi, en = (*vi, f"và {more} mục tiêu khác"), (*en, f"and {more} more")
    return (
        f"Chưa đạt {len(missed)} trong {len(judged)} mục tiêu có số liệu: {'; '.join(vi)}.",
        f"{len(missed)} of {len(judged)} targets with figures are not met: {'; '.join(en)}.",
    )


def _missed(target: dict[str, Any]) -> Said:
    vi, en = indicator_said(target["indicator_id"])
    figure = f"{target['text']} ({target['fraction']})"
    short = counted(target["short_count"])
    return (
        f"{_lower(vi)} {figure}, mức {target['bar_text']}, thiếu {short[0]}",
        f"{_lower(en)} {in_english(figure)}, bar {target['bar_text']}, short of {short[1]}",
    )


def _where(targets: list[dict[str, Any]]) -> Said:
    """Of the most urgent target that is missed: the unit or procedure with most of what is missing, and the worst month."""
    missed = next((target for target in targets if target["state"] == "not_met" and target["fraction"]), None)
    if missed is None:
        return _closest(targets)
    vi, en = [], []
    for kind, (word_vi, word_en) in {"unit": ("ở", "in"), "procedure": ("ở thủ tục", "in the procedure")}.items():
        for cause in missed["causes"][kind][:1]:
            share = f"{cause['missing'][0]}/{counted(missed['denominator'] - missed['numerator'])[0]}"
            name = without_direction(cause["cause_name"])
            vi.append(f"{share} phần còn thiếu {word_vi} «{name}»")
            en.append(f"{in_english(share)} of what is missing {word_en} “{name}”")
    below = [row for row in missed["months"] if row["state"] == "not_met" and _is_within(row, missed)]
    if below:
        worst = min(below, key=lambda row: (row["value"], row["period_start"]))
        name_vi, name_en = period_said(worst)
        vi.append(f"thấp nhất {name_vi.lower()}: {worst['text']} ({worst['fraction']})")
        en.append(f"lowest in {name_en}: {in_english(worst['text'])} ({in_english(worst['fraction'])})")
    if not vi:
        return "Kho số liệu không chỉ ra nguyên nhân nổi bật.", "The marts show no cause that stands out."
    return f"{_upper('; '.join(vi))}.", f"{_upper('; '.join(en))}."


def _is_within(month: dict[str, Any], target: dict[str, Any]) -> bool:
    return target["period_start"] <= month["period_start"] and month["period_end"] <= target["period_end"]


def _closest(targets: list[dict[str, Any]]) -> Said:
    met = [target for target in targets if target["state"] == "met" and target["value"] is not None]
    if not met:
        return "Chưa có mục tiêu nào có tỷ lệ.", "No target has a rate."
    near = min(met, key=lambda target: target["value"] - target["bar"])
    vi, en = indicator_said(near["indicator_id"])
    return (
        f"Sát mức nhất: {_lower(vi)} {near['text']} ({near['fraction']}), mức {near['bar_text']}.",
        f"Closest to its bar: {_lower(en)} {in_english(near['text'])} ({in_english(near['fraction'])}), bar {near['bar_text']}.",
    )


def _still_open(targets: list[dict[str, Any]], backlog: dict[str, Any] | None) -> Said:
    if backlog is None:
        vi, en = "Không có hồ sơ nào đang giải quyết", "No dossier is open"
    else:
        still, overdue, paused = (counted(backlog[f"{name}count"]) for name in ("open_", "open_overdue_", "paused_"))
        vi = f"Đang giải quyết {still[0]} hồ sơ: {overdue[0]} quá hạn, {paused[0]} tạm dừng"
        en = f"{still[1]} dossiers are open: {overdue[1]} overdue, {paused[1]} paused"
        if backlog["due_within_5_count"] is not None:
            soon = counted(backlog["due_within_5_count"])
            vi += f", {soon[0]} đến hạn trong 5 ngày làm việc tới"
            en += f", {soon[1]} due within the next 5 working days"
    told = next((target for target in targets if target["outlook"]), None)
    if told is None:
        return f"{vi}.", f"{en}."
    of_vi, of_en = indicator_said(told["indicator_id"])
    return f"{vi}. {of_vi}: {told['outlook'][0]}.", f"{en}. {of_en}: {told['outlook'][1]}."


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
