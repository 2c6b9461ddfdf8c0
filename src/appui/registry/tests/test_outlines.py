from appui.registry import outlines


def test_provinces_of_several_countries_become_one_topology():
    drawn = outlines.provinces({"ML", "NE", "BF"})

    found = outlines.ids(drawn)
    assert {code[:2] for code in found} == {"ML", "NE", "BF"}
    assert len(found) == sum(
        len(outlines.ids(outlines.provinces({code}))) for code in ("ML", "NE", "BF")
    )


def test_joined_outlines_lie_where_the_country_is():
    drawn = outlines.provinces({"KH", "ML"})

    cambodia = [
        shape for shape in drawn["objects"]["places"]["geometries"] if shape["id"] == "KH-2"
    ]
    (first, *_rest) = _numbers(cambodia[0]["arcs"])
    x, y = drawn["arcs"][first if first >= 0 else -1 - first][0]
    assert 102 < x < 108
    assert 10 < y < 15


def _numbers(arcs):
    return [arcs] if isinstance(arcs, int) else [n for part in arcs for n in _numbers(part)]


def test_a_country_without_provinces_has_none():
    assert outlines.provinces({"KH", "FR"}) is None


def test_countries_are_taken_out_of_the_world():
    assert outlines.ids(outlines.countries({"KH", "ML"})) == {"KH", "ML"}
