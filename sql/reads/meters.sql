-- Returns the meter in use of each type and unit that is read from one, the longest unread first; of
-- more than a number of them those that were read last. With its latest reading, the largest that it ever
-- showed, and the median of the days between its newest ones.
-- A few steps into idx_consumption_user_chain for each, but for a meter that rolled over.
WITH started AS (
    SELECT DISTINCT ON (consumption_type, unit)
        consumption_type AS type,
        unit,
        meter
    FROM consumption_records
    WHERE user_id = :user_id
    AND deleted_at IS NULL
    AND reading IS NOT NULL
    AND days = 0
    ORDER BY consumption_type, unit, consumption_date DESC, meter DESC
),
latest AS (
    SELECT
        used.type,
        used.unit,
        used.meter,
        newest.consumption_date,
        newest.reading,
        newest.consumption_value,
        newest.days
    FROM started AS used
    CROSS JOIN LATERAL (
        SELECT
            consumption_records.consumption_date,
            consumption_records.created_at,
            consumption_records.reading,
            consumption_records.consumption_value,
            consumption_records.days
        FROM consumption_records
        WHERE {latest_of_meter}
    ) AS newest
    ORDER BY newest.consumption_date DESC, newest.created_at DESC
    LIMIT :most
)
SELECT
    used.type AS consumption_type,
    used.unit,
    used.meter,
    used.consumption_date,
    used.reading,
    GREATEST(used.reading, turned.largest) AS largest,
    used.consumption_value,
    used.days,
    pace.usual_days
FROM latest AS used
CROSS JOIN LATERAL (
    SELECT MAX(consumption_records.reading) AS largest
    FROM consumption_records
    WHERE {of_meter}
    AND EXISTS (
        SELECT
        FROM consumption_records
        WHERE {of_meter}
        AND consumption_records.consumption_value > consumption_records.reading
    )
) AS turned
CROSS JOIN LATERAL (
    SELECT
        CASE
            WHEN COUNT(*) >= 3 THEN percentile_disc(0.5) WITHIN GROUP (ORDER BY newest.days)
        END AS usual_days
    FROM (
        SELECT consumption_records.days
        FROM consumption_records
        WHERE {of_meter}
        AND consumption_records.days > 0
        ORDER BY
            consumption_records.consumption_date DESC,
            consumption_records.created_at DESC,
            consumption_records.id DESC
        LIMIT 12
    ) AS newest
) AS pace
ORDER BY used.consumption_date, used.type, used.unit
