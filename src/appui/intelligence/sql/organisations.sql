-- Question: which organisations give or report, with all they were ever called?
-- Grain: one organisation as it stands.
-- Unit: lines; US dollars, signs left out.
-- Source: organisations of the derived tables.
select no, key, name, country, parent, register_key, names, keys, lines, usd, sources
from organisations
