-- Returns the meter in use of each type and unit that is read from one, the longest unread first; of
-- more than a number of them those that were read last. With its latest reading, the largest that it ever
-- showed, and the median of the days between its newest ones.
-- A few steps into idx_consumption_user_chain for each, but for a meter that rolled over.
WITH started AS (
    SELECT DISTINCT ON (consumption_type, unit)
        consumption_type,
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
        started.consumption_type,
        started.unit,
        started.meter,
        newest.consumption_date,
        newest.reading,
        newest.consumption_value,
        newest.days
    FROM started
    CROSS JOIN LATERAL (
        SELECT
            chain.consumption_date,
            chain.created_at,
            chain.reading,
            chain.consumption_value,
            chain.days
        FROM consumption_records AS chain
        WHERE chain.user_id = :user_id
        AND chain.deleted_at IS NULL
        AND chain.reading IS NOT NULL
        AND chain.consumption_type = started.consumption_type
        AND chain.unit = started.unit
        AND chain.meter = started.meter
        ORDER BY chain.consumption_date DESC, chain.created_at DESC, chain.id DESC
        LIMIT 1
    ) AS newest
    ORDER BY newest.consumption_date DESC, newest.created_at DESC
    LIMIT :most
)
SELECT
    latest.consumption_type,
    latest.unit,
    latest.meter,
    latest.consumption_date,
    latest.reading,
    GREATEST(latest.reading, turned.largest) AS largest,
    latest.consumption_value,
    latest.days,
    pace.usual_days
FROM latest
CROSS JOIN LATERAL (
    SELECT MAX(chain.reading) AS largest
    FROM consumption_records AS chain
    WHERE chain.user_id = :user_id
    AND chain.deleted_at IS NULL
    AND chain.reading IS NOT NULL
    AND chain.consumption_type = latest.consumption_type
    AND chain.unit = latest.unit
    AND chain.meter = latest.meter
    AND EXISTS (
        SELECT
        FROM consumption_records AS turn
        WHERE turn.user_id = :user_id
        AND turn.deleted_at IS NULL
        AND turn.reading IS NOT NULL
        AND turn.consumption_value > turn.reading
        AND turn.consumption_type = latest.consumption_type
        AND turn.unit = latest.unit
        AND turn.meter = latest.meter
    )
) AS turned
CROSS JOIN LATERAL (
    SELECT
        CASE
            WHEN COUNT(*) >= 3 THEN percentile_disc(0.5) WITHIN GROUP (ORDER BY newest.days)
        END AS usual_days
    FROM (
        SELECT chain.days
        FROM consumption_records AS chain
        WHERE chain.user_id = :user_id
        AND chain.deleted_at IS NULL
        AND chain.reading IS NOT NULL
        AND chain.days > 0
        AND chain.consumption_type = latest.consumption_type
        AND chain.unit = latest.unit
        AND chain.meter = latest.meter
        ORDER BY chain.consumption_date DESC, chain.created_at DESC, chain.id DESC
        LIMIT 12
    ) AS newest
) AS pace
ORDER BY latest.consumption_date, latest.consumption_type, latest.unit
