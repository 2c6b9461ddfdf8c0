"""Calendars as calendar programs read them."""

from datetime import UTC, date, datetime

from appui.ui.ics import Event, calendar

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def lines(*events, name="Appui"):
    text = calendar(events, name=name, now=NOW).decode()
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def test_a_day_is_an_event_of_the_whole_day_with_a_reminder():
    event = Event("action-7@appui", date(2026, 12, 31), "Call Ireland", "Ask", "https://a.org/7/")

    found = lines(event)

    assert found[0] == "BEGIN:VCALENDAR"
    assert found[-1] == "END:VCALENDAR"
    for wanted in [
        "UID:action-7@appui",
        "DTSTAMP:20261122T093000Z",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        "SUMMARY:Call Ireland",
        "URL:https://a.org/7/",
        "TRIGGER:-P1D",
    ]:
        assert wanted in found


def test_text_is_escaped_and_cannot_begin_a_line_of_its_own():
    event = Event(
        "1", date(2026, 1, 1), "A; b, c\\d\nEND:VCALENDAR\rX", "\x00", "https://a.org/\r\nX:1"
    )

    found = lines(event)

    assert "SUMMARY:A\\; b\\, c\\\\d\\nEND:VCALENDARX" in found
    assert "URL:https://a.org/X:1" in found
    assert found.count("END:VCALENDAR") == 1


def test_long_lines_are_folded_between_characters_at_75_octets():
    event = Event("1", date(2026, 1, 1), "لقاء مع الجهة المانحة " * 20, "", "")
    body = calendar([event], name="Échéances", now=NOW)

    assert max(map(len, body.split(b"\r\n"))) <= 75
    assert f"SUMMARY:{event.summary}" in lines(event)
