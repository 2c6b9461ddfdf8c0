"""The WSGI door; granian serves it."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "appui.config.settings")


def settle() -> None:
    """Load what the first request would, then keep all of it from the search for garbage, which
    took a third of a second in the midst of somebody's page."""
    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()


application = get_wsgi_application()
settle()
