-- Returns the meters that are in use of each given type and unit: number and day of the first reading.
SELECT
    wanted.type,
    wanted.unit,
    start.meter,
    start.consumption_date
FROM unnest({keys}) AS wanted (type, unit)
JOIN consumption_records AS start
    ON start.user_id = :user_id
    AND start.deleted_at IS NULL
    AND start.reading IS NOT NULL
    AND start.days = 0
    AND start.consumption_type = wanted.type
    AND start.unit = wanted.unit
ORDER BY start.consumption_date, start.created_at, start.id
