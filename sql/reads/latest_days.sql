-- Returns each given type and unit with its latest day up to today (NULL without one), the most
-- recently used first: by day, then by when it was written, then by name.
-- One step into idx_consumption_user_type for each, however many records there are.
SELECT
    used.type,
    used.unit,
    latest.consumption_date
FROM unnest(
    CAST(:used_types AS text[]),
    CAST(:used_units AS text[])
) AS used (type, unit)
LEFT JOIN LATERAL (
    SELECT
        consumption_records.consumption_date,
        consumption_records.created_at
    FROM consumption_records
    WHERE consumption_records.user_id = :user_id
    AND consumption_records.deleted_at IS NULL
    AND consumption_records.consumption_type = used.type
    AND consumption_records.unit = used.unit
    AND consumption_records.consumption_date <= :today
    ORDER BY
        consumption_records.consumption_date DESC,
        consumption_records.created_at DESC
    LIMIT 1
) AS latest ON TRUE
ORDER BY
    latest.consumption_date DESC NULLS LAST,
    latest.created_at DESC,
    used.type COLLATE "C",
    used.unit COLLATE "C"
