-- Question: who reports at all? A donor that does tells of its own money itself.
-- Grain: one source and organisation. Source: lines. Between lines and flows; not kept.
select distinct source, reporter_organisation as organisation from lines
