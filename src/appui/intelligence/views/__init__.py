"""Pages of published flows, by what they show."""

from appui.intelligence.views.map import chart, donor_map, world_map
from appui.intelligence.views.matrix import matrix
from appui.intelligence.views.movements import movements
from appui.intelligence.views.profile import donor_profile
from appui.intelligence.views.rows import flow_rows_page
from appui.intelligence.views.tables import table, table_add, table_list

__all__ = [
    "chart",
    "donor_map",
    "donor_profile",
    "flow_rows_page",
    "matrix",
    "movements",
    "table",
    "table_add",
    "table_list",
    "world_map",
]
