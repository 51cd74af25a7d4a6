-- Returns each (type, unit) of the given types of a user with the day and time of its newest record.
SELECT DISTINCT ON (consumption_type, unit)
    consumption_type,
    unit,
    consumption_date,
    created_at
FROM consumption_records
WHERE user_id = :user_id
AND deleted_at IS NULL
AND consumption_type = ANY(:types)
ORDER BY consumption_type, unit, consumption_date DESC, created_at DESC, id DESC
