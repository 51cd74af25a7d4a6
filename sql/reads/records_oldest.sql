-- Returns a page of the matching records, oldest first; the first page when there is no record to come after.
SELECT {list_columns}
FROM consumption_records
WHERE {matching}
AND (
    CAST(:after_id AS uuid) IS NULL
    OR (consumption_date, created_at, consumption_records.id) > (:after_day, :after_time, :after_id)
)
ORDER BY consumption_date, created_at, consumption_records.id
LIMIT :limit
