"""One server on a home, and no restore beneath it: a lock that lives as long as its process."""

import fcntl
import os
from pathlib import Path

from django.utils.translation import gettext as _

from appui.kernel.errors import Conflict

LOCK = ".serving"


def occupy(home: Path) -> int:
    """Hold the home until this process ends, also across an exec; returns the descriptor.

    Raises ``Conflict`` when another process holds it.
    """
    home.mkdir(parents=True, exist_ok=True)
    handle = os.open(home / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise Conflict(
            _("Appui already serves %(home)s: stop that server first.") % {"home": home}
        ) from error
    os.set_inheritable(handle, True)
    return handle
