"""The table component."""

from django import template

from appui.ui.table import Table

register = template.Library()


@register.inclusion_tag("ui/_table.html")
def table(table: Table) -> dict[str, Table]:
    """A table whose rows become cards on a phone."""
    return {"table": table}
