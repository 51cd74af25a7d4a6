-- Returns a page of the matching records by type and unit, newest first within each.
-- What is left of the type of the last page and what comes behind it are two ranges of one index.
SELECT {list_columns}
FROM (
    (
        SELECT {record_columns}
        FROM consumption_records
        WHERE {matching}
        AND consumption_type = :after_type
        AND unit = :after_unit
        AND (consumption_date, created_at, id) < (:after_day, :after_time, :after_id)
        ORDER BY consumption_date DESC, created_at DESC, id DESC
        LIMIT :limit
    )
    UNION ALL
    (
        SELECT {record_columns}
        FROM consumption_records
        WHERE {matching}
        AND (
            CAST(:after_id AS uuid) IS NULL
            OR (consumption_type, unit) > (:after_type, :after_unit)
        )
        ORDER BY consumption_type, unit, consumption_date DESC, created_at DESC, id DESC
        LIMIT :limit
    )
) AS consumption_records
ORDER BY consumption_type, unit, consumption_date DESC, created_at DESC, consumption_records.id DESC
LIMIT :limit
