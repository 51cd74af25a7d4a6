-- Returns when each given type and unit was used, whatever the filter: its latest day up to today (NULL
-- without one) and the first day that its earliest record covers.
-- readings: whether it has any. longest: the most days that one of its records covers, NULL where all
-- cover one. measured_days returns more for those with either.
-- The most recently used come first: by day, then by when it was written, then by name.
-- One step into an index for each, however many records there are.
SELECT
    used.type,
    used.unit,
    latest.consumption_date AS latest_day,
    first.first_day,
    EXISTS (
        SELECT
        FROM consumption_records
        WHERE {of_used}
        AND consumption_records.reading IS NOT NULL
    ) AS readings,
    (
        SELECT MAX(consumption_records.days)
        FROM consumption_records
        WHERE {of_used}
        AND consumption_records.days > 1
    ) AS longest
FROM unnest({keys}) AS used (type, unit)
LEFT JOIN LATERAL (
    SELECT
        consumption_records.consumption_date,
        consumption_records.created_at
    FROM consumption_records
    WHERE {of_used}
    AND consumption_records.consumption_date <= :today
    ORDER BY
        consumption_records.consumption_date DESC,
        consumption_records.created_at DESC,
        consumption_records.id DESC
    LIMIT 1
) AS latest ON TRUE
LEFT JOIN LATERAL (
    SELECT
        consumption_records.consumption_date - consumption_records.days + 1 AS first_day
    FROM consumption_records
    WHERE {of_used}
    AND consumption_records.days > 0
    ORDER BY consumption_records.consumption_date
    LIMIT 1
) AS first ON TRUE
ORDER BY
    latest.consumption_date DESC NULLS LAST,
    latest.created_at DESC,
    used.type COLLATE "C",
    used.unit COLLATE "C"
