"""How far a long step has come, told to whoever watches; nobody has to."""

from collections.abc import Callable, Collection, Iterator
from contextvars import ContextVar
from typing import TypeVar

Item = TypeVar("Item")

watcher: ContextVar[Callable[[int, int], None] | None] = ContextVar("watcher", default=None)
"""Is told how many of how many are done."""


def telling(items: Collection[Item]) -> Iterator[Item]:
    """The items one by one; each time one is asked for, those before it are done."""
    for done, item in enumerate(items):
        _tell(done, len(items))
        yield item
    _tell(len(items), len(items))


def _tell(done: int, of: int) -> None:
    if told := watcher.get():
        told(done, of)
