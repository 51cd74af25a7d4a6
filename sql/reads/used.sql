-- Returns each (type, unit) of a user with the day and time of its newest record. One step into
-- idx_consumption_user_type for each of them, however many records there are.
WITH RECURSIVE used AS (
    (
        SELECT consumption_type, unit, consumption_date, created_at
        FROM consumption_records
        WHERE user_id = :user_id
        AND deleted_at IS NULL
        ORDER BY consumption_type, unit, consumption_date DESC, created_at DESC, id DESC
        LIMIT 1
    )
    UNION ALL
    SELECT following.*
    FROM used
    CROSS JOIN LATERAL (
        SELECT consumption_type, unit, consumption_date, created_at
        FROM consumption_records
        WHERE user_id = :user_id
        AND deleted_at IS NULL
        AND (consumption_type, unit) > (used.consumption_type, used.unit)
        ORDER BY consumption_type, unit, consumption_date DESC, created_at DESC, id DESC
        LIMIT 1
    ) AS following
)
SELECT consumption_type, unit, consumption_date, created_at
FROM used
LIMIT :most
