"""Differences of texts, and where boxes stand."""

from itertools import pairwise

import pytest

from appui.design.compare import Piece, compare, counted, words
from appui.design.layout import BETWEEN_LAYERS, WIDTH, plan


def test_words_added_and_removed_stand_where_they_were():
    pieces = compare("Clear the mined land", "Clear the land and water")

    assert pieces == [
        Piece("same", "Clear the "),
        Piece("removed", "mined "),
        Piece("same", "land"),
        Piece("added", " and water"),
    ]
    assert counted(pieces) == (2, 1)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("", "a b"),
        ("a b", ""),
        ("one\n\ntwo three", "one two\n\nthree four"),
        ("إزالة الألغام من الأرض", "إزالة الألغام والذخائر من الأرض كلها"),
        ("a " * 400 + "b", "b " + "a " * 300),
    ],
)
def test_the_pieces_make_both_texts_again(before, after):
    pieces = compare(before, after)

    assert "".join(piece.text for piece in pieces if piece.change != "added") == before
    assert "".join(piece.text for piece in pieces if piece.change != "removed") == after


def test_an_arabic_word_that_was_added_is_one_piece():
    assert compare("إزالة الألغام", "إزالة جميع الألغام") == [
        Piece("same", "إزالة "),
        Piece("added", "جميع "),
        Piece("same", "الألغام"),
    ]


def test_words_are_what_stands_between_spaces():
    assert words("Clear  the\nland: 5 km²") == 5


KINDS = {1: "input", 2: "activity", 3: "output", 4: "output", 5: "impact"}
HEIGHTS = {1: 60, 2: 77, 3: 60, 4: 94, 5: 60}
STEP = WIDTH + BETWEEN_LAYERS


def test_each_step_stands_after_what_leads_to_it():
    made = plan(KINDS, HEIGHTS, [(1, 2), (2, 3), (2, 4), (3, 5), (4, 5)])

    assert {key: box.x for key, box in made.boxes.items()} == {
        1: 0,
        2: STEP,
        3: 2 * STEP,
        4: 2 * STEP,
        5: 3 * STEP,
    }
    assert made.width == 4 * STEP - BETWEEN_LAYERS


def test_no_two_boxes_of_a_layer_overlap():
    made = plan(KINDS, HEIGHTS, [(1, 2), (2, 3), (2, 4), (3, 4), (1, 5)])
    boxes = sorted(made.boxes.values(), key=lambda box: (box.x, box.y))
    pairs = pairwise(boxes)

    assert all(a.x < b.x or a.y + a.height <= b.y for a, b in pairs)
    assert max(box.y + box.height for box in boxes) == made.height


def test_an_arrow_over_a_layer_passes_both_of_its_sides():
    made = plan(
        {1: "input", 2: "activity", 3: "output"},
        dict.fromkeys((1, 2, 3), 60),
        [(1, 2), (2, 3), (1, 3)],
    )

    assert [x for x, _y in made.paths[1, 3]] == [WIDTH, STEP, STEP + WIDTH, 2 * STEP]


def test_a_circle_is_drawn_all_the_same():
    made = plan(KINDS, HEIGHTS, [(2, 3), (3, 4), (4, 2)])

    assert set(made.paths) == {(2, 3), (3, 4), (4, 2)}
    assert len(made.boxes) == 5


def test_nothing_is_drawn_of_nothing():
    made = plan({}, {}, [])

    assert (made.boxes, made.paths, made.height) == ({}, {}, 0)
