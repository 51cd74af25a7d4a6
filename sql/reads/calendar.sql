-- Returns the days of a span on which a given type and unit has a record of one day, with sum and step: 1 and
-- how many of the sums that part its days into fifths lie below this one.
SELECT
    used.type,
    used.unit,
    calendar.*
FROM unnest({keys}) AS used (type, unit)
CROSS JOIN LATERAL (
    WITH days AS (
        SELECT
            consumption_date AS day,
            SUM(consumption_value) AS total
        FROM consumption_records
        WHERE {matching}
        AND consumption_records.consumption_type = used.type
        AND consumption_records.unit = used.unit
        AND consumption_records.days = 1
        GROUP BY consumption_date
    ),
    fifths AS MATERIALIZED (
        SELECT percentile_disc(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY total) AS sums
        FROM days
    )
    SELECT
        days.day,
        days.total,
        1
        + CAST(fifths.sums[1] < days.total AS integer)
        + CAST(fifths.sums[2] < days.total AS integer)
        + CAST(fifths.sums[3] < days.total AS integer)
        + CAST(fifths.sums[4] < days.total AS integer) AS step
    FROM days
    CROSS JOIN fifths
) AS calendar
