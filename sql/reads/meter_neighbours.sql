-- Returns for a type, unit and day the meter in use then and the readings on both sides of the end of that
-- day; where the one before is higher than a given figure, the largest reading of the meter, too. Readings
-- with an id in without do not count. No row without a meter.
WITH metered AS (
    SELECT
        used.*,
        start.meter
    FROM unnest(
        {keys},
        CAST(:days AS date[]),
        CAST(:figures AS numeric[])
    ) WITH ORDINALITY AS used (type, unit, day, figure, place)
    CROSS JOIN LATERAL (
        SELECT consumption_records.meter
        FROM consumption_records
        WHERE {of_used}
        AND consumption_records.reading IS NOT NULL
        AND consumption_records.days = 0
        ORDER BY
            consumption_records.consumption_date <= used.day DESC,
            abs(used.day - consumption_records.consumption_date),
            CASE
                WHEN consumption_records.consumption_date <= used.day THEN -consumption_records.meter
                ELSE consumption_records.meter
            END
        LIMIT 1
    ) AS start
)
SELECT
    used.place,
    used.meter,
    earlier.consumption_date AS before_date,
    earlier.reading AS before_reading,
    later.consumption_date AS after_date,
    later.reading AS after_reading,
    CASE
        WHEN earlier.reading > used.figure THEN (
            SELECT MAX(consumption_records.reading)
            FROM consumption_records
            WHERE {of_meter}
            AND consumption_records.id <> ALL (CAST(:without AS uuid[]))
        )
    END AS largest
FROM metered AS used
LEFT JOIN LATERAL (
    SELECT
        consumption_records.consumption_date,
        consumption_records.reading
    FROM consumption_records
    WHERE {of_meter}
    AND consumption_records.consumption_date <= used.day
    AND consumption_records.id <> ALL (CAST(:without AS uuid[]))
    ORDER BY
        consumption_records.consumption_date DESC,
        consumption_records.created_at DESC,
        consumption_records.id DESC
    LIMIT 1
) AS earlier ON TRUE
LEFT JOIN LATERAL (
    SELECT
        consumption_records.consumption_date,
        consumption_records.reading
    FROM consumption_records
    WHERE {of_meter}
    AND consumption_records.consumption_date > used.day
    AND consumption_records.id <> ALL (CAST(:without AS uuid[]))
    ORDER BY
        consumption_records.consumption_date,
        consumption_records.created_at,
        consumption_records.id
    LIMIT 1
) AS later ON TRUE
