"""Years in an address of the donor map."""

from django.http import QueryDict

from appui.intelligence.asked import read


def test_a_year_of_many_digits_is_left_out_and_makes_no_endless_list():
    asked = read(QueryDict("to=0199999999999"))

    assert (asked.last_year, asked.wanted.years, len(asked.notes)) == (None, (), 1)
