-- Returns the records of one day, the latest written first, each with the number of all of them.
SELECT
    {record_columns},
    COUNT(*) OVER () AS entries
FROM consumption_records
WHERE user_id = :user_id
AND deleted_at IS NULL
AND consumption_date = :day
ORDER BY created_at DESC, id DESC
LIMIT :limit
