-- Returns the readings of each given type and unit in the order of time, those of all its meters among one another.
SELECT
    consumption_type,
    unit,
    meter,
    consumption_date,
    created_at,
    id,
    reading
FROM consumption_records
WHERE user_id = :user_id
AND deleted_at IS NULL
AND reading IS NOT NULL
AND (consumption_type, unit) IN (
    SELECT *
    FROM unnest({keys})
)
ORDER BY consumption_type, unit, consumption_date, created_at, id
LIMIT :most
