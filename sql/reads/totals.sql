-- Returns count, sum and costs of the matching records for each type and unit, the most frequent first.
SELECT
    consumption_type,
    unit,
    SUM(consumption_value) AS total,
    COUNT(*) AS entries,
    SUM(cost) AS cost
FROM consumption_records
WHERE {matching}
GROUP BY consumption_type, unit
ORDER BY entries DESC, consumption_type, unit
