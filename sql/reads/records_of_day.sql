-- Returns the records of one day, the latest written first, each with the number of all of them.
-- The number has a subquery of its own: counted over the same rows, each of them would be read whole.
SELECT
    {list_columns},
    (
        SELECT COUNT(*)
        FROM consumption_records
        WHERE user_id = :user_id
        AND deleted_at IS NULL
        AND consumption_date = :day
    ) AS entries
FROM consumption_records
WHERE user_id = :user_id
AND deleted_at IS NULL
AND consumption_date = :day
ORDER BY created_at DESC, consumption_records.id DESC
LIMIT :limit
