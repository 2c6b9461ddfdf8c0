"""Addresses of the watch."""

from django.urls import path

from appui.watch.views import briefing, dates, digests, feeds, searches, signals

app_name = "watch"
urlpatterns = [
    path("signals/", signals.signal_list, name="signal_list"),
    path("signals/closed/", signals.closed_list, name="closed_list"),
    path("signals/<int:pk>/", signals.signal, name="signal"),
    path("signals/<int:pk>/follow-up/", signals.signal_follow_up, name="signal_follow_up"),
    path("signals/<int:pk>/move/<slug:state>/", signals.signal_move, name="signal_move"),
    path("signals/<int:pk>/undo/", signals.signal_undo, name="signal_undo"),
    path("watch/searches/", searches.search_list, name="search_list"),
    path("watch/searches/add/", searches.search_add, name="search_add"),
    path("watch/searches/<int:pk>/", searches.search, name="search"),
    path("watch/searches/<int:pk>/edit/", searches.search_edit, name="search_edit"),
    path("watch/searches/<int:pk>/run/", searches.search_run, name="search_run"),
    path("watch/feeds/", feeds.feed_list, name="feed_list"),
    path("watch/feeds/add/", feeds.feed_add, name="feed_add"),
    path("watch/feeds/<int:pk>/", feeds.feed, name="feed"),
    path("watch/feeds/<int:pk>/edit/", feeds.feed_edit, name="feed_edit"),
    path("watch/digest/", digests.digest, name="digest"),
    path("watch/digest/stop/<str:token>/", digests.unsubscribe, name="unsubscribe"),
    path("watch/calendar/new/", dates.calendar_address, name="calendar_address"),
    path("watch/calendar/<str:secret>.ics", dates.calendar_file, name="calendar_file"),
    path("watch/dates/<slug:what>-<int:pk>.ics", dates.date_file, name="date_file"),
    path("donors/<int:pk>/briefing/", briefing.briefing, name="briefing"),
]
