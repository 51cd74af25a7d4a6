-- Returns each (type, unit) of a user with the day and time of its newest record. One step into
-- idx_consumption_user_type for each of them, however many records there are.
-- Of more than a number of them it returns those of the newest records, and others by name where these are
-- few: the rows read do not grow with the number of types.
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
),
by_name AS MATERIALIZED (
    SELECT consumption_type, unit, consumption_date, created_at
    FROM used
    LIMIT :most + 1
),
newest AS (
    SELECT consumption_type, unit, consumption_date, created_at, id
    FROM consumption_records
    WHERE user_id = :user_id
    AND deleted_at IS NULL
    AND (SELECT COUNT(*) FROM by_name) > :most
    ORDER BY consumption_date DESC, created_at DESC, id DESC
    LIMIT :newest
),
latest AS (
    (
        SELECT DISTINCT ON (consumption_type, unit)
            consumption_type,
            unit,
            consumption_date,
            created_at
        FROM newest
        ORDER BY consumption_type, unit, consumption_date DESC, created_at DESC, id DESC
    )
    UNION
    SELECT consumption_type, unit, consumption_date, created_at
    FROM by_name
    ORDER BY consumption_date DESC, created_at DESC
    LIMIT :most
)
SELECT consumption_type, unit, consumption_date, created_at
FROM latest
ORDER BY consumption_type, unit
