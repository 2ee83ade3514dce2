"""Reading landed files, several at once, each as a configuration says."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from expectations.row_rules import RowRule, rules_for
from flows.home import Home
from flows.settings import Config
from transforms.intake.read import column_roles
from transforms.profiles import Profile
from transforms.recording import Reading, read_file, reading_hash
from transforms.reference import Names


@dataclass(frozen=True)
class Reader:
    """All of a configuration that decides how rows are read."""

    profiles: dict[str, Profile]
    names: Names
    rules: dict[str, Sequence[RowRule]]

    def hash_for(self, source: str) -> str | None:
        """The hash that a file of this source carries when read so; None where the source is not known."""
        profile = self.profiles.get(source)
        return profile and reading_hash(profile, self.names, self.rules[source])


def reader_of(config: Config) -> Reader:
    """The reader that a configuration makes."""
    rules = {
        source: rules_for(profile.kind, column_roles(profile), config.settings.row_rules)
        for source, profile in config.profiles.items()
    }
    return Reader(config.profiles, config.reference.names(), rules)


@contextmanager
def reading(
    con: duckdb.DuckDBPyConnection, home: Home, files: Sequence[dict], reader_for: Callable[[dict], Reader]
) -> Iterator[Iterator[Reading]]:
    """The readings of these rows of the ledger, in their order."""
    # Every reader has temporary tables of its own, and all share the warehouse's memory limit.
    readers = ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, 4), thread_name_prefix="reader")

    def read(file: dict) -> Reading:
        source, reader = file["source"], reader_for(file)
        with con.cursor() as own:
            return read_file(own, file, reader.profiles[source], reader.names, reader.rules[source], home.raw, home.scratch)

    try:
        yield readers.map(read, files)
    finally:
        readers.shutdown(cancel_futures=True)
