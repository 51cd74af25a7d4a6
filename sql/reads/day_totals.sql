-- Returns count and sum of the matching records, of one day, for each type and unit, the most frequent
-- first. Ahead of them stand those of all records together, with NULL for type and unit.
SELECT
    consumption_type,
    unit,
    SUM(consumption_value) AS total,
    COUNT(*) AS entries
FROM consumption_records
WHERE {matching}
GROUP BY GROUPING SETS ((consumption_type, unit), ())
ORDER BY entries DESC, consumption_type NULLS FIRST, unit
LIMIT :most
