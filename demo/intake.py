"""Which dossiers come in on which day, in order of receipt."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from math import fsum
from random import Random

from demo.calendar import at_minute, share_out
from demo.district import (
    COMMUNE_UNITS,
    COUNTER,
    DISTRICT_SHARE,
    MERGE_DAY,
    ONLINE_PULL,
    PROCEDURES,
    UNIT,
    Procedure,
    Unit,
    older_code,
)
from demo.life import WORKING_MINUTES, Course, Dossier, choose_channel, live, online_chance, restate_after_merge


class Desks:
    """Who receives what: a unit and a procedure, as often as they come up, in the units in force on a day."""

    def __init__(self, day: date) -> None:
        communes = [unit for unit in COMMUNE_UNITS if unit.in_force(day)]
        own = [procedure for procedure in PROCEDURES if procedure.level == "district"]
        theirs = [procedure for procedure in PROCEDURES if procedure.level == "commune"]
        self.pairs = [
            *(("igate", UNIT[procedure.resolver], procedure) for procedure in own),
            *(("tandan", unit, procedure) for unit in communes for procedure in theirs),
        ]
        # Exact sums, lest another version of Python round them another way and draw other lots.
        by_district = fsum(procedure.weight for procedure in own)
        by_communes = fsum(unit.weight for unit in communes) * fsum(procedure.weight for procedure in theirs)
        weights = [
            DISTRICT_SHARE * procedure.weight / by_district
            if source == "igate"
            else (1 - DISTRICT_SHARE) * unit.weight * procedure.weight / by_communes
            for source, unit, procedure in self.pairs
        ]
        self.weights = list(accumulate(weights))
        # What the usual dossier pulls online, so that all of them together have the share they should have.
        self.pull = fsum(
            weight * ONLINE_PULL[procedure.service_level] for weight, (_, _, procedure) in zip(weights, self.pairs, strict=True)
        )

    def draw(self, rng: Random, count: int) -> list[tuple[str, Unit, Procedure]]:
        """What comes up on a day."""
        return rng.choices(self.pairs, cum_weights=self.weights, k=count)


def decided(count: int, rng: Random, planted: Counter[str]) -> Iterator[Dossier]:
    """Every dossier with its life, in order of receipt."""
    before, after = Desks(MERGE_DAY - timedelta(1)), Desks(MERGE_DAY)
    number = 0
    for day, share in share_out(count):
        desks = before if day < MERGE_DAY else after
        sequence: Counter[str] = Counter()
        online = {level: online_chance(level, day) / desks.pull for level in ONLINE_PULL}
        stamp = f"{day:%y%m%d}"
        minutes = sorted(rng.random() * WORKING_MINUTES for _ in range(share))
        for minute, (source, unit, procedure) in zip(minutes, desks.draw(rng, share), strict=True):
            number += 1
            second = int(minute % 1 * 60) if source == "igate" else 0
            at = at_minute(day, int(minute), second)
            channel = choose_channel(rng, online[procedure.service_level])
            submitted = at - timedelta(minutes=int(rng.random() * 840)) if channel == "online" else at
            receiver = (COUNTER if source == "igate" else unit).code
            sequence[receiver] += 1
            code = f"{older_code(receiver)}-{stamp}-{sequence[receiver]:04}"
            course = Course(rng, planted, source, unit, procedure)
            live(course, at, channel == "online")
            yield Dossier(source, number, code, procedure, channel, submitted, restate_after_merge(course.steps))
