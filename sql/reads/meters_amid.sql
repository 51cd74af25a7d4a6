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
    SELECT DISTINCT consumption_type AS type, unit
    FROM placed
),
-- The first reading of each meter; meters: how many its type and unit has.
starts AS (
    SELECT
        used.type,
        used.unit,
        consumption_records.meter,
        consumption_records.id,
        consumption_records.consumption_date,
        consumption_records.reading,
        consumption_records.change_id,
        consumption_records.updated_at,
        COUNT(*) OVER (PARTITION BY used.type, used.unit) AS meters
    FROM keys AS used
    JOIN consumption_records
        ON {of_used}
        AND consumption_records.reading IS NOT NULL
        AND consumption_records.days = 0
),
-- Each meter from its first reading to its latest one, and when these two were written, or noted: NULL for
-- one that is this change's own. One meter alone, as most types have, is amid no other one.
chains AS (
    SELECT
        used.type,
        used.unit,
        used.meter,
        used.id AS first_id,
        used.consumption_date AS first_day,
        used.reading AS first_reading,
        CASE
            WHEN used.change_id <> :change OR began.id IS NOT NULL THEN COALESCE(began.written, used.updated_at)
        END AS first_written,
        latest.id AS last_id,
        latest.consumption_date AS last_day,
        latest.reading AS last_reading,
        CASE
            WHEN latest.change_id <> :change OR followed.id IS NOT NULL
            THEN COALESCE(followed.written, latest.updated_at)
        END AS last_written
    FROM starts AS used
    CROSS JOIN LATERAL (
        SELECT
            consumption_records.id,
            consumption_records.consumption_date,
            consumption_records.reading,
            consumption_records.change_id,
            consumption_records.updated_at
        FROM consumption_records
        WHERE {latest_of_meter}
    ) AS latest
    LEFT JOIN relinked AS began
        ON began.id = used.id
    LEFT JOIN relinked AS followed
        ON followed.id = latest.id
    WHERE used.meters > 1
), pairs AS (
    SELECT
        later.meter,
        later.first_day AS begins,
        later.first_reading AS begins_reading,
        earlier.last_day AS ends,
        earlier.last_reading AS ends_reading,
        CASE WHEN begun.id IS NULL THEN earlier.first_day ELSE begun.day_before END AS first_before,
        CASE WHEN new.id IS NULL THEN later.first_day ELSE new.day_before END AS begins_before,
        CASE WHEN ended.id IS NULL THEN earlier.last_day ELSE ended.day_before END AS ends_before,
        LEAST(begun.since, ended.since, new.since) AS since,
        GREATEST(earlier.first_written, earlier.last_written, later.first_written) AS written
    FROM chains AS earlier
    JOIN chains AS later
        ON later.type = earlier.type
        AND later.unit = earlier.unit
        AND (later.first_day, later.meter) > (earlier.first_day, earlier.meter)
        AND later.first_day < earlier.last_day
    LEFT JOIN placed AS begun
        ON begun.id = earlier.first_id
    LEFT JOIN placed AS ended
        ON ended.id = earlier.last_id
    LEFT JOIN placed AS new
        ON new.id = later.first_id
    WHERE begun.id IS NOT NULL
    OR ended.id IS NOT NULL
    OR new.id IS NOT NULL
)
SELECT
    begins AS earlier_date,
    begins_reading AS earlier_reading,
    ends AS later_date,
    ends_reading AS later_reading
FROM pairs
WHERE NOT COALESCE(first_before <= begins_before AND begins_before < ends_before, FALSE)
AND (since IS NULL OR written > since)
ORDER BY begins, meter, ends DESC
LIMIT 1
