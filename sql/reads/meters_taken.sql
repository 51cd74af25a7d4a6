-- Returns the highest number of a meter among the deleted readings of each given type and unit: these
-- may come back.
SELECT
    wanted.type,
    wanted.unit,
    MAX(taken.meter) AS meter
FROM unnest({keys}) AS wanted (type, unit)
JOIN consumption_records AS taken
    ON taken.user_id = :user_id
    AND taken.deleted_at IS NOT NULL
    AND taken.reading IS NOT NULL
    AND taken.consumption_type = wanted.type
    AND taken.unit = wanted.unit
GROUP BY wanted.type, wanted.unit
