"""The settings that decide figures: an office's own calendars, and what is a small number."""

from typing import Literal

from pydantic import Field, field_validator

from transforms.periods import STANDARD_CALENDARS
from transforms.registers import registers
from transforms.yaml_config import StrictModel

PAR_RATINGS = tuple(registers()["par_index"].columns["rating"].words)
"""The ratings of the PAR index, the best first."""


class OwnCalendar(StrictModel):
    """A calendar of an office's own: its month m begins on this day of the month before, or on the 1st of m itself."""

    month_starts_on: int = Field(ge=1, le=28)


class FigureSettings(StrictModel):
    """What of ``config/settings.yml`` decides figures, and so is a part of a release's fingerprint."""

    calendars: dict[str, OwnCalendar] = {}
    small_sample: int = Field(default=30, ge=1)
    par_index_lowest_rating: Literal[PAR_RATINGS] = "fair"
    edoc_recipients: Literal["all", "at_least_one"] = "all"
    exclusion_outlier_mads: int = Field(default=3, ge=1)
    exclusion_outlier_documents: int = Field(default=10, ge=1)

    @field_validator("calendars")
    @classmethod
    def _are_names_of_their_own(cls, calendars: dict[str, OwnCalendar]) -> dict[str, OwnCalendar]:
        for name in calendars:
            if name in STANDARD_CALENDARS:
                raise ValueError(f"{name} is a calendar already; give your own another name")
            # The name stands in every mart, and people type it.
            if not (name.isascii() and name.isidentifier() and name.islower()):
                raise ValueError(f"{name} is no name for a calendar; write small letters without accents, digits and _")
        return calendars

    @property
    def first_days(self) -> dict[str, int]:
        """The day on which each calendar's months begin: the standard ones and the office's own."""
        return STANDARD_CALENDARS | {name: own.month_starts_on for name, own in self.calendars.items()}

    @property
    def params(self) -> dict[str, int]:
        """What the models bind besides the as-of day."""
        return {
            "small_sample": self.small_sample,
            "lowest_par_rank": PAR_RATINGS.index(self.par_index_lowest_rating) + 1,
            "needs_all_recipients": int(self.edoc_recipients == "all"),
            "exclusion_outlier_mads": self.exclusion_outlier_mads,
            "exclusion_outlier_documents": self.exclusion_outlier_documents,
        }
