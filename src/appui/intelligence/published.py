"""The published flows of this installation, as the pages and the API open them."""

from django.utils.translation import gettext as _

from appui.intelligence.corpus import Corpus, open_corpus
from appui.intelligence.ingest.manifest import CorpusUnreadableError
from appui.kernel.errors import Unavailable


def published() -> Corpus:
    """The corpus under APPUI_HOME, empty when nothing was read in; raises ``Unavailable``."""
    try:
        return open_corpus()
    except CorpusUnreadableError as error:
        raise Unavailable(
            _("The published flows cannot be read. Ask your administrator to run: appui check")
        ) from error
