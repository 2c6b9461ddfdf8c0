"""When Python looks for garbage: seldom, while thousands of objects are made that stay."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

OBJECTS = 100_000  # made between two searches; Python's own habit is 700 to 2,000


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Look for garbage after every 100,000 new objects only.

    A migration makes the classes of all models again and again; to search them all each time takes
    a third of its time, and never to search them twice the memory.
    """
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
