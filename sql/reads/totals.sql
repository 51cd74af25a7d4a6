-- Returns count, sum and costs of the matching records for each type and unit, the most frequent first:
-- some of them, each with the count of all records and of all types and units.
SELECT
    consumption_type,
    unit,
    SUM(consumption_value) AS total,
    COUNT(*) AS entries,
    SUM(cost) AS cost,
    CAST(SUM(COUNT(*)) OVER () AS bigint) AS all_entries,
    COUNT(*) OVER () AS kinds
FROM consumption_records
WHERE {matching}
GROUP BY consumption_type, unit
ORDER BY entries DESC, consumption_type, unit
LIMIT :most
OFFSET :passed_over
