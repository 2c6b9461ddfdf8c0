"""The drawings of a brief, by the same hand as the charts and maps of the pages."""

from appui.publishing.content import Brief, ChartData, MapData, Pictures
from appui.ui import charts, maps

CHART_WIDTH = 230
MAP_WIDTH, MAP_HEIGHT = 230, 200


def as_svg(brief: Brief) -> Pictures:
    """For the page and the PDF."""
    return Pictures(
        chart_svg=_chart_svg(brief.chart, brief.language) if brief.chart else None,
        map_svg=_map_svg(brief.map, brief.language) if brief.map else None,
    )


def as_png(brief: Brief) -> Pictures:
    """For the office document, which does not show SVG everywhere."""
    return Pictures(
        chart_png=_chart_png(brief.chart, brief.language) if brief.chart else None,
        map_png=_map_png(brief.map, brief.language) if brief.map else None,
    )


def _chart_svg(chart: ChartData, language: str) -> str:
    return charts.bars(chart.bars, unit=chart.currency, language=language, width=CHART_WIDTH)


def _chart_png(chart: ChartData, language: str) -> bytes:
    return charts.bars_png(chart.bars, unit=chart.currency, language=language, width=CHART_WIDTH)


def _map_svg(drawn: MapData, language: str) -> str:
    if not drawn.by_value:
        return maps.highlighted(
            drawn.topology, drawn.values, language=language, width=MAP_WIDTH, height=MAP_HEIGHT
        )
    return maps.choropleth(
        drawn.topology,
        drawn.values,
        language=language,
        title="",
        legend=maps.Legend(drawn.legend, drawn.blank),
        width=MAP_WIDTH,
        height=MAP_HEIGHT,
    )


def _map_png(drawn: MapData, language: str) -> bytes:
    if not drawn.by_value:
        return maps.highlighted_png(
            drawn.topology, drawn.values, language=language, width=MAP_WIDTH, height=MAP_HEIGHT
        )
    return maps.choropleth_png(
        drawn.topology,
        drawn.values,
        language=language,
        title="",
        legend=maps.Legend(drawn.legend, drawn.blank),
        width=MAP_WIDTH,
        height=MAP_HEIGHT,
    )
