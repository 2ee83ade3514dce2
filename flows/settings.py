"""An office's settings and all else that its ``config/`` says, read and checked before anything is touched."""

from dataclasses import dataclass

from pydantic import Field

from expectations.row_rules import OfficeSeverity
from flows.home import Home
from transforms.errors import ConfigError
from transforms.figure_settings import FigureSettings
from transforms.keeping import How
from transforms.labels import nearest
from transforms.plans import Plan, load_plan
from transforms.profiles import Profile, load_profiles
from transforms.reference import Reference, load_reference
from transforms.yaml_config import load_yaml


class Settings(FigureSettings):
    """``config/settings.yml``; every setting has a default."""

    plan: str = "2020-district"
    keep_releases: int = Field(default=30, ge=1)
    keep_raw_days: int | None = Field(default=None, ge=1)
    units_from_data: bool = True
    drop: str = "data/inbox/drop"
    raw: How = "keep"
    row_rules: list[OfficeSeverity] = []
    public_smallest_count: int = Field(default=5, ge=2)


@dataclass(frozen=True)
class Config:
    """What ``config/`` says."""

    settings: Settings
    profiles: dict[str, Profile]
    reference: Reference
    plan: Plan


def load_config(home: Home) -> Config:
    """Read the whole configuration; ConfigError names the file, the line and the mistake."""
    settings_file = home.config / "settings.yml"
    settings = load_yaml(settings_file, Settings) if settings_file.exists() else Settings()
    plan_file = home.config / "plans" / f"{settings.plan}.yml"
    if not plan_file.exists():
        known = ", ".join(sorted(p.stem for p in plan_file.parent.glob("*.yml"))) or "—"
        raise ConfigError(
            f"Không có kế hoạch {plan_file}. Sửa `plan:` trong {settings_file}; hiện có: {known}.",
            f"There is no plan {plan_file}. Mend `plan:` in {settings_file}; there are: {known}.",
        )
    reference = load_reference(home.reference)
    plan = load_plan(plan_file, {unit["unit_kind"] for unit in reference.units})
    for calendar in sorted(plan.calendars - settings.first_days.keys()):
        known = ", ".join(nearest(calendar, settings.first_days) or settings.first_days)
        raise ConfigError(
            f"{plan_file}: không có lịch kỳ báo cáo {calendar}; có phải là {known}? "
            f"Sửa `calendar:`, hoặc thêm lịch ấy vào `calendars:` trong {settings_file}.",
            f"{plan_file}: there is no calendar {calendar}; did you mean {known}? "
            f"Mend `calendar:`, or add it under `calendars:` in {settings_file}.",
        )
    if not reference.treatments:
        treatments = home.reference / "status_treatment.csv"
        raise ConfigError(
            f"Thiếu {treatments}: không biết mỗi cách tính xử lý từng trạng thái ra sao. Chép lại tệp đi kèm phần mềm.",
            f"{treatments} is missing: nothing says what each rule does with each status. Copy the shipped file back.",
        )
    if not reference.units and not settings.units_from_data:
        raise ConfigError(
            f"Chưa có danh mục đơn vị {home.reference / 'units.csv'}. Hãy thêm danh mục, "
            f"hoặc đặt units_from_data: true trong {settings_file}.",
            f"There is no unit register {home.reference / 'units.csv'}. Add one, or set units_from_data: true in {settings_file}.",
        )
    return Config(settings, load_profiles(home.sources), reference, plan)
