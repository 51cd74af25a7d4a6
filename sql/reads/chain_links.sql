-- Returns the readings that a change of this transaction made or moved, those that come next after a place
-- where one of them is or was, and those of the same chains that had rolled over, each with the reading before
-- it.
-- changed: the change itself wrote the reading. freed: a reading with a roll-over before it was deleted, or
-- moved to another chain. left_behind: a reading before it is now of another meter, or of another type or unit.
-- A few steps into idx_consumption_user_chain for each of them, however long the chain is.
WITH changed AS (
    SELECT
        id, consumption_date, consumption_type, unit, meter, reading, created_at, deleted_at,
        before ->> 'consumption_type' AS type_before,
        before ->> 'unit' AS unit_before,
        CAST(before ->> 'meter' AS smallint) AS meter_before,
        CAST(before ->> 'consumption_date' AS date) AS day_before,
        before ->> 'deleted_at' IS NULL AND before ->> 'reading' IS NOT NULL AS was_there,
        CAST(before ->> 'consumption_value' AS numeric) > CAST(before ->> 'reading' AS numeric) AS was_turned
    FROM consumption_records
    WHERE user_id = :user_id
    AND updated_at = now()
    AND change_id = :change
    AND (reading IS NOT NULL OR before ->> 'reading' IS NOT NULL)
), moved AS (
    SELECT
        id, created_at, type_before, unit_before, meter_before, day_before, was_turned,
        deleted_at IS NOT NULL AS is_deleted,
        (consumption_type, unit, meter) IS DISTINCT FROM (type_before, unit_before, meter_before) AS has_left
    FROM changed
    WHERE was_there
),
-- Where each reading of the change is, and where it was before.
places AS (
    SELECT
        consumption_type AS type, unit, meter, consumption_date, created_at, id,
        FALSE AS freed,
        FALSE AS left_behind
    FROM changed
    WHERE deleted_at IS NULL
    AND reading IS NOT NULL
    UNION ALL
    SELECT
        type_before, unit_before, meter_before, day_before, created_at, id,
        was_turned AND (is_deleted OR has_left),
        has_left AND NOT is_deleted
    FROM moved
), chains AS (
    SELECT DISTINCT type, unit, meter
    FROM places
), linked AS (
    SELECT id, TRUE AS changed, FALSE AS freed, FALSE AS left_behind
    FROM changed
    WHERE deleted_at IS NULL
    AND reading IS NOT NULL
    UNION ALL
    SELECT following.id, FALSE, used.freed, used.left_behind
    FROM places AS used
    CROSS JOIN LATERAL (
        SELECT consumption_records.id
        FROM consumption_records
        WHERE {of_meter}
        AND (consumption_records.consumption_date, consumption_records.created_at, consumption_records.id)
            > (used.consumption_date, used.created_at, used.id)
        ORDER BY consumption_records.consumption_date, consumption_records.created_at, consumption_records.id
        LIMIT 1
    ) AS following
    UNION ALL
    SELECT turned.id, FALSE, FALSE, FALSE
    FROM chains AS used
    CROSS JOIN LATERAL (
        SELECT consumption_records.id
        FROM consumption_records
        WHERE {of_meter}
        AND consumption_records.consumption_value > consumption_records.reading
    ) AS turned
), each AS (
    SELECT
        id,
        bool_or(changed) AS changed,
        bool_or(freed) AS freed,
        bool_or(left_behind) AS left_behind
    FROM linked
    GROUP BY id
), own AS (
    SELECT
        consumption_records.*,
        consumption_records.consumption_type AS type,
        each.changed,
        each.freed,
        each.left_behind
    FROM each
    JOIN consumption_records
        ON consumption_records.user_id = :user_id
        AND consumption_records.id = each.id
)
SELECT
    used.id,
    used.consumption_type,
    used.unit,
    used.meter,
    used.consumption_date,
    used.reading,
    used.consumption_value,
    used.days,
    used.created_at,
    used.updated_at,
    used.changed,
    used.freed,
    used.left_behind,
    earlier.id AS earlier_id,
    earlier.consumption_date AS earlier_date,
    earlier.reading AS earlier_reading,
    latest.reading AS last_reading
FROM own AS used
LEFT JOIN LATERAL (
    SELECT consumption_records.id, consumption_records.consumption_date, consumption_records.reading
    FROM consumption_records
    WHERE {of_meter}
    AND (consumption_records.consumption_date, consumption_records.created_at, consumption_records.id)
        < (used.consumption_date, used.created_at, used.id)
    ORDER BY
        consumption_records.consumption_date DESC,
        consumption_records.created_at DESC,
        consumption_records.id DESC
    LIMIT 1
) AS earlier ON TRUE
CROSS JOIN LATERAL (
    SELECT consumption_records.reading
    FROM consumption_records
    WHERE {latest_of_meter}
) AS latest
ORDER BY used.consumption_type, used.unit, used.meter, used.consumption_date, used.created_at, used.id
