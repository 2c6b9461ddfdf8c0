"""Writes of the documents of an ask."""

import hashlib
from pathlib import PurePath
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from appui.funding.models import AskDocument, DocumentFile, Proposal
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.registry.rules import may_edit

# Verbs of the trail, stored in English and translated when shown.
VERBS = (gettext_noop("document added"), gettext_noop("document removed"), gettext_noop("document"))
LARGEST_DOCUMENT = 10 * 1024 * 1024
DOCUMENT_TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}


@transaction.atomic
def add_document(
    proposal: Proposal, *, by: Reader, file_name: str = "", content: bytes = b"", **fields: Any
) -> AskDocument:
    """Keep a document of an ask: a file of at most 10 MB, or an address."""
    audit.hold(proposal)
    require(may_edit(proposal, by))
    name = PurePath(file_name.replace("\\", "/")).name[-200:]
    if name and fields.get("url"):
        text = _("Give either a file or an address, not both.")
        raise Invalid(text, {"url": text})
    if name:
        _require_acceptable(name, content)
        fields |= {
            "file_name": name,
            "size": len(content),
            "digest": hashlib.sha256(content).hexdigest(),
        }
    elif not fields.get("url"):
        text = _("Give a file or an address.")
        raise Invalid(text, {"file": text})
    document = audit.create(AskDocument(proposal=proposal, **fields), by=by)
    if name:
        DocumentFile.objects.create(document=document, content=content)
    audit.record(by, "document added", proposal, {"document": [None, str(document)]})
    audit.touch(proposal)
    return document


def _require_acceptable(name: str, content: bytes) -> None:
    text = ""
    if PurePath(name).suffix.lower() not in DOCUMENT_TYPES:
        text = _("Files of this kind are not kept: send %(kinds)s.") % {
            "kinds": ", ".join(kind.lstrip(".") for kind in DOCUMENT_TYPES)
        }
    elif not content:
        text = _("The file is empty.")
    elif len(content) > LARGEST_DOCUMENT:
        text = _("The file is larger than 10 MB: keep it elsewhere and give its address.")
    if text:
        raise Invalid(text, {"file": text})


@transaction.atomic
def remove_document(document: AskDocument, *, by: Reader) -> None:
    """Take a document from an ask."""
    audit.hold(document.proposal)
    audit.hold(document)
    require(may_edit(document.proposal, by))
    audit.record(by, "document removed", document.proposal, {"document": [str(document), None]})
    audit.touch(document.proposal)
    audit.delete(document, by=by)
