-- Returns each type of which a user has a record, by name. One step into idx_consumption_user_type
-- for each of them, however many records there are.
WITH RECURSIVE own AS (
    (
        SELECT consumption_type
        FROM consumption_records
        WHERE user_id = :user_id
        AND deleted_at IS NULL
        ORDER BY consumption_type
        LIMIT 1
    )
    UNION ALL
    SELECT following.*
    FROM own
    CROSS JOIN LATERAL (
        SELECT consumption_type
        FROM consumption_records
        WHERE user_id = :user_id
        AND deleted_at IS NULL
        AND consumption_type > own.consumption_type
        ORDER BY consumption_type
        LIMIT 1
    ) AS following
)
SELECT consumption_type
FROM own
