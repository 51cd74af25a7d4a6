-- Returns the highest number of a meter of each given type and unit among the readings that may come back: those
-- that are deleted, and those that an undo of their latest change brings back.
WITH taken AS (
    SELECT consumption_type, unit, meter
    FROM consumption_records
    WHERE user_id = :user_id
    AND deleted_at IS NOT NULL
    AND reading IS NOT NULL
    UNION ALL
    SELECT
        before ->> 'consumption_type',
        before ->> 'unit',
        CAST(before ->> 'meter' AS smallint)
    FROM consumption_records
    WHERE user_id = :user_id
    AND updated_at > now() - INTERVAL '{undo_minutes} minutes'
    AND before ->> 'meter' IS NOT NULL
)
SELECT
    wanted.type,
    wanted.unit,
    MAX(taken.meter) AS meter
FROM unnest({keys}) AS wanted (type, unit)
JOIN taken
    ON taken.consumption_type = wanted.type
    AND taken.unit = wanted.unit
GROUP BY wanted.type, wanted.unit
