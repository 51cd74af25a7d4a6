-- Returns the page of matching records after a given one, highest value first; without one the first page.
SELECT {list_columns}
FROM consumption_records
WHERE {matching}
AND (
    CAST(:after_id AS uuid) IS NULL
    OR (consumption_value, consumption_date, created_at, consumption_records.id)
        < (:after_value, :after_day, :after_time, :after_id)
)
ORDER BY consumption_value DESC, consumption_date DESC, created_at DESC, consumption_records.id DESC
LIMIT :limit
