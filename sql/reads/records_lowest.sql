-- Returns the page of matching records after a given one, lowest value first; without one the first page.
SELECT {list_columns}
FROM consumption_records
WHERE {matching}
AND (
    CAST(:after_id AS uuid) IS NULL
    OR (consumption_value, consumption_date, created_at, consumption_records.id)
        > (:after_value, :after_day, :after_time, :after_id)
)
ORDER BY consumption_value, consumption_date, created_at, consumption_records.id
LIMIT :limit
