"""One's own digest: how often it comes, and how to stop it from a mail."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from appui.kernel.errors import Missing
from appui.registry.pages import PageRequest
from appui.ui.forms import form_page
from appui.watch import actions, forms, queries
from appui.watch import digest as digests
from appui.watch.models import Frequency
from appui.watch.views.tabs import tabs


@never_cache
def digest(request: PageRequest) -> HttpResponse:
    """How often one is written to, and the address of one's calendar."""
    held = queries.subscription_of(request.user)
    return form_page(
        request,
        forms.DigestForm,
        act=lambda data: actions.choose_digest(request.user, by=request.reader, **data),
        then=reverse("watch:digest"),
        title=_("My digest and calendar"),
        submit=_("Save"),
        cancel="",
        initial={"frequency": held.frequency, "version": held.version if held.pk else None},
        template="watch/digest.html",
        tabs=tabs("watch:digest"),
        held=held,
        email=request.user.email,
    )


@csrf_exempt  # mail programs press the button of a digest without having opened a page
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop somebody's digest from the link in it, in their language, without signing in."""
    user = digests.subscriber(token)
    if user is None:
        raise Missing(_("This link does not belong to a digest. Open the link of your last one."))
    with translation.override(user.language):
        if request.method == "POST":
            actions.unsubscribe(user)
        held = queries.subscription_of(user)
        stopped = held.frequency == Frequency.OFF
        return render(request, "watch/unsubscribe.html", {"email": user.email, "stopped": stopped})
