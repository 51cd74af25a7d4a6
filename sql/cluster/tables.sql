-- Returns how the two tables are kept: distributed by which column, a reference table, or neither.
-- local_bytes: the rows that were on the coordinator before that, and still take room there.
SELECT
    CAST(relation AS text) AS name,
    citus_table_type AS kind,
    distribution_column,
    pg_relation_size(relation) AS local_bytes
FROM unnest(CAST(ARRAY['users', 'consumption_records'] AS regclass[])) AS relation
LEFT JOIN citus_tables ON table_name = relation
