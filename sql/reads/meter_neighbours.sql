-- Returns for a type, unit and day the meter in use then and the readings on both sides of the end of that
-- day; where the one before is higher than a given figure, the largest reading of the meter, too. Readings
-- with an id in without do not count. NULLs without a meter.
SELECT
    wanted.place,
    meter.meter,
    earlier.consumption_date AS before_date,
    earlier.reading AS before_reading,
    later.consumption_date AS after_date,
    later.reading AS after_reading,
    CASE
        WHEN earlier.reading > wanted.figure THEN (
            SELECT MAX(chain.reading)
            FROM consumption_records AS chain
            WHERE chain.user_id = :user_id
            AND chain.deleted_at IS NULL
            AND chain.reading IS NOT NULL
            AND chain.consumption_type = wanted.type
            AND chain.unit = wanted.unit
            AND chain.meter = meter.meter
            AND chain.id <> ALL (CAST(:without AS uuid[]))
        )
    END AS largest
FROM unnest(
    {keys},
    CAST(:days AS date[]),
    CAST(:figures AS numeric[])
) WITH ORDINALITY AS wanted (type, unit, day, figure, place)
CROSS JOIN LATERAL (
    SELECT start.meter
    FROM consumption_records AS start
    WHERE start.user_id = :user_id
    AND start.deleted_at IS NULL
    AND start.reading IS NOT NULL
    AND start.days = 0
    AND start.consumption_type = wanted.type
    AND start.unit = wanted.unit
    ORDER BY
        start.consumption_date <= wanted.day DESC,
        abs(wanted.day - start.consumption_date),
        CASE WHEN start.consumption_date <= wanted.day THEN -start.meter ELSE start.meter END
    LIMIT 1
) AS meter
LEFT JOIN LATERAL (
    SELECT chain.consumption_date, chain.reading
    FROM consumption_records AS chain
    WHERE chain.user_id = :user_id
    AND chain.deleted_at IS NULL
    AND chain.reading IS NOT NULL
    AND chain.consumption_type = wanted.type
    AND chain.unit = wanted.unit
    AND chain.meter = meter.meter
    AND chain.consumption_date <= wanted.day
    AND chain.id <> ALL (CAST(:without AS uuid[]))
    ORDER BY chain.consumption_date DESC, chain.created_at DESC, chain.id DESC
    LIMIT 1
) AS earlier ON TRUE
LEFT JOIN LATERAL (
    SELECT chain.consumption_date, chain.reading
    FROM consumption_records AS chain
    WHERE chain.user_id = :user_id
    AND chain.deleted_at IS NULL
    AND chain.reading IS NOT NULL
    AND chain.consumption_type = wanted.type
    AND chain.unit = wanted.unit
    AND chain.meter = meter.meter
    AND chain.consumption_date > wanted.day
    AND chain.id <> ALL (CAST(:without AS uuid[]))
    ORDER BY chain.consumption_date, chain.created_at, chain.id
    LIMIT 1
) AS later ON TRUE
