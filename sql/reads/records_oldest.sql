-- Returns the page of matching records after a given one, oldest first; without one the first page.
SELECT {list_columns}
FROM consumption_records
WHERE {matching}
AND (
    CAST(:after_id AS uuid) IS NULL
    OR (consumption_date, created_at, consumption_records.id) > (:after_day, :after_time, :after_id)
)
ORDER BY consumption_date, created_at, consumption_records.id
LIMIT :limit
