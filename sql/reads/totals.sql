-- Returns count, sum and costs of the matching records for each type and unit, the most frequent first,
-- up to a number of them. before: the shares of the days before the filter's first day, of records that
-- begin before it, and first_day, the first of those days; NULL without such records. all_entries, kinds:
-- how many records match in all, and in how many types and units.
SELECT
    consumption_type,
    unit,
    SUM(consumption_value) AS total,
    COUNT(*) AS entries,
    SUM(cost) AS cost,
    SUM(
        consumption_value * (CAST(:start AS date) - (consumption_date - days + 1)) / NULLIF(days, 0)
    ) FILTER (WHERE days > 1 AND consumption_date - days + 1 < CAST(:start AS date)) AS before,
    MIN(consumption_date - days + 1)
        FILTER (WHERE days > 1 AND consumption_date - days + 1 < CAST(:start AS date)) AS first_day,
    CAST(SUM(COUNT(*)) OVER () AS bigint) AS all_entries,
    COUNT(*) OVER () AS kinds
FROM consumption_records
WHERE {matching}
GROUP BY consumption_type, unit
ORDER BY entries DESC, consumption_type, unit
LIMIT :most
OFFSET :passed_over
