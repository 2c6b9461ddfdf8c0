"""Pages that mix rooms: the dashboard, the search, the audit page; and the worked examples."""
