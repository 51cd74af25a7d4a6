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
),
-- Where each reading of the change is, and where it was before.
places AS (
    SELECT
        consumption_type, unit, meter, consumption_date, created_at, id,
        FALSE AS freed,
        FALSE AS left_behind
    FROM changed
    WHERE deleted_at IS NULL
    AND reading IS NOT NULL
    UNION ALL
    SELECT
        type_before, unit_before, meter_before, day_before, created_at, id,
        was_turned AND (
            deleted_at IS NOT NULL
            OR (consumption_type, unit, meter) IS DISTINCT FROM (type_before, unit_before, meter_before)
        ),
        deleted_at IS NULL
        AND (consumption_type, unit, meter) IS DISTINCT FROM (type_before, unit_before, meter_before)
    FROM changed
    WHERE was_there
), chains AS (
    SELECT DISTINCT consumption_type, unit, meter
    FROM places
), linked AS (
    SELECT id, TRUE AS changed, FALSE AS freed, FALSE AS left_behind
    FROM changed
    WHERE deleted_at IS NULL
    AND reading IS NOT NULL
    UNION ALL
    SELECT following.id, FALSE, places.freed, places.left_behind
    FROM places
    CROSS JOIN LATERAL (
        SELECT later.id
        FROM consumption_records AS later
        WHERE later.user_id = :user_id
        AND later.deleted_at IS NULL
        AND later.reading IS NOT NULL
        AND later.consumption_type = places.consumption_type
        AND later.unit = places.unit
        AND later.meter = places.meter
        AND (later.consumption_date, later.created_at, later.id)
            > (places.consumption_date, places.created_at, places.id)
        ORDER BY later.consumption_date, later.created_at, later.id
        LIMIT 1
    ) AS following
    UNION ALL
    SELECT turned.id, FALSE, FALSE, FALSE
    FROM chains
    CROSS JOIN LATERAL (
        SELECT chain.id
        FROM consumption_records AS chain
        WHERE chain.user_id = :user_id
        AND chain.deleted_at IS NULL
        AND chain.reading IS NOT NULL
        AND chain.consumption_value > chain.reading
        AND chain.consumption_type = chains.consumption_type
        AND chain.unit = chains.unit
        AND chain.meter = chains.meter
    ) AS turned
), each AS (
    SELECT
        id,
        bool_or(changed) AS changed,
        bool_or(freed) AS freed,
        bool_or(left_behind) AS left_behind
    FROM linked
    GROUP BY id
)
SELECT
    own.id,
    own.consumption_type,
    own.unit,
    own.meter,
    own.consumption_date,
    own.reading,
    own.consumption_value,
    own.days,
    own.created_at,
    own.updated_at,
    each.changed,
    each.freed,
    each.left_behind,
    earlier.id AS earlier_id,
    earlier.consumption_date AS earlier_date,
    earlier.reading AS earlier_reading,
    latest.reading AS last_reading
FROM each
JOIN consumption_records AS own
    ON own.user_id = :user_id
    AND own.id = each.id
LEFT JOIN LATERAL (
    SELECT chain.id, chain.consumption_date, chain.reading
    FROM consumption_records AS chain
    WHERE chain.user_id = :user_id
    AND chain.deleted_at IS NULL
    AND chain.reading IS NOT NULL
    AND chain.consumption_type = own.consumption_type
    AND chain.unit = own.unit
    AND chain.meter = own.meter
    AND (chain.consumption_date, chain.created_at, chain.id)
        < (own.consumption_date, own.created_at, own.id)
    ORDER BY chain.consumption_date DESC, chain.created_at DESC, chain.id DESC
    LIMIT 1
) AS earlier ON TRUE
CROSS JOIN LATERAL (
    SELECT chain.reading
    FROM consumption_records AS chain
    WHERE chain.user_id = :user_id
    AND chain.deleted_at IS NULL
    AND chain.reading IS NOT NULL
    AND chain.consumption_type = own.consumption_type
    AND chain.unit = own.unit
    AND chain.meter = own.meter
    ORDER BY chain.consumption_date DESC, chain.created_at DESC, chain.id DESC
    LIMIT 1
) AS latest
ORDER BY own.consumption_type, own.unit, own.meter, own.consumption_date, own.created_at, own.id
