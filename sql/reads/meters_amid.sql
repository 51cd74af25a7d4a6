-- Returns a meter that, by a change of this transaction, begins amid the readings of another: its first
-- reading, and the latest one of the meter that began before it. No row where all is well, or where this
-- was so before the change: merged types have meters side by side.
-- numbered: readings whose meter a file gives. since: for an undo, when the undone change was made, else
-- NULL. Readings that an undo or a restoration brings back to where they were are compared only with later
-- changes. relinked, written: the readings that this change has only put after another one, and when they were
-- written, or noted.
WITH changed AS (
    SELECT
        id, consumption_type, unit, meter, consumption_date,
        COALESCE(
            CAST(:since AS timestamptz),
            CASE
                WHEN before ->> 'consumption_type' = consumption_type
                AND before ->> 'unit' = unit
                AND CAST(before ->> 'meter' AS smallint) = meter
                AND CAST(before ->> 'consumption_date' AS date) = consumption_date
                THEN CAST(before ->> 'deleted_at' AS timestamptz)
            END
        ) AS since,
        (
            CASE
                WHEN before ->> 'deleted_at' IS NULL
                AND before ->> 'reading' IS NOT NULL
                AND before ->> 'consumption_type' = consumption_type
                AND before ->> 'unit' = unit
                AND CAST(before ->> 'meter' AS smallint) = meter
                THEN CAST(before ->> 'consumption_date' AS date)
            END
        ) AS day_before
    FROM consumption_records
    WHERE user_id = :user_id
    AND updated_at = now()
    AND change_id = :change
    AND deleted_at IS NULL
    AND reading IS NOT NULL
), placed AS (
    SELECT id, consumption_type, unit, meter, since, day_before
    FROM changed
    WHERE day_before IS DISTINCT FROM consumption_date
    AND id <> ALL (CAST(:numbered AS uuid[]))
), relinked AS (
    SELECT id, written
    FROM unnest(CAST(:relinked AS uuid[]), CAST(:written AS timestamptz[])) AS other (id, written)
), keys AS (
    SELECT DISTINCT consumption_type, unit
    FROM placed
),
-- The first reading of each meter; meters: how many its type and unit has.
starts AS (
    SELECT
        first.id, first.consumption_type, first.unit, first.meter, first.consumption_date, first.reading,
        first.change_id, first.updated_at,
        COUNT(*) OVER (PARTITION BY first.consumption_type, first.unit) AS meters
    FROM keys
    JOIN consumption_records AS first
        ON first.user_id = :user_id
        AND first.deleted_at IS NULL
        AND first.reading IS NOT NULL
        AND first.days = 0
        AND first.consumption_type = keys.consumption_type
        AND first.unit = keys.unit
),
-- One meter alone, as most types have, is amid no other one.
chains AS (
    SELECT
        start.consumption_type,
        start.unit,
        start.meter,
        start.id AS first_id,
        start.consumption_date AS first_day,
        start.reading AS first_reading,
        start.change_id = :change AND began.id IS NULL AS first_is_own,
        COALESCE(began.written, start.updated_at) AS first_written,
        latest.id AS last_id,
        latest.consumption_date AS last_day,
        latest.reading AS last_reading,
        latest.change_id = :change AND followed.id IS NULL AS last_is_own,
        COALESCE(followed.written, latest.updated_at) AS last_written
    FROM starts AS start
    CROSS JOIN LATERAL (
        SELECT chain.id, chain.consumption_date, chain.reading, chain.change_id, chain.updated_at
        FROM consumption_records AS chain
        WHERE chain.user_id = :user_id
        AND chain.deleted_at IS NULL
        AND chain.reading IS NOT NULL
        AND chain.consumption_type = start.consumption_type
        AND chain.unit = start.unit
        AND chain.meter = start.meter
        ORDER BY chain.consumption_date DESC, chain.created_at DESC, chain.id DESC
        LIMIT 1
    ) AS latest
    LEFT JOIN relinked AS began
        ON began.id = start.id
    LEFT JOIN relinked AS followed
        ON followed.id = latest.id
    WHERE start.meters > 1
)
SELECT
    later.first_day AS earlier_date,
    later.first_reading AS earlier_reading,
    earlier.last_day AS later_date,
    earlier.last_reading AS later_reading
FROM chains AS earlier
JOIN chains AS later
    ON later.consumption_type = earlier.consumption_type
    AND later.unit = earlier.unit
    AND (later.first_day, later.meter) > (earlier.first_day, earlier.meter)
    AND later.first_day < earlier.last_day
LEFT JOIN placed AS begun
    ON begun.id = earlier.first_id
LEFT JOIN placed AS ended
    ON ended.id = earlier.last_id
LEFT JOIN placed AS new
    ON new.id = later.first_id
WHERE (begun.id IS NOT NULL OR ended.id IS NOT NULL OR new.id IS NOT NULL)
AND NOT COALESCE(
    CASE WHEN begun.id IS NULL THEN earlier.first_day ELSE begun.day_before END
    <= CASE WHEN new.id IS NULL THEN later.first_day ELSE new.day_before END
    AND CASE WHEN new.id IS NULL THEN later.first_day ELSE new.day_before END
    < CASE WHEN ended.id IS NULL THEN earlier.last_day ELSE ended.day_before END,
    FALSE
)
AND (
    LEAST(begun.since, ended.since, new.since) IS NULL
    OR (
        NOT earlier.first_is_own
        AND earlier.first_written > LEAST(begun.since, ended.since, new.since)
    )
    OR (
        NOT earlier.last_is_own
        AND earlier.last_written > LEAST(begun.since, ended.since, new.since)
    )
    OR (
        NOT later.first_is_own
        AND later.first_written > LEAST(begun.since, ended.since, new.since)
    )
)
ORDER BY later.first_day, later.meter, earlier.last_day DESC
LIMIT 1
