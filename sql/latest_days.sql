-- Returns the latest day up to today with a record of each given type and unit, NULL without one.
-- One step into idx_consumption_user_type for each, however many records there are.
SELECT
    used.type,
    used.unit,
    (
        SELECT consumption_records.consumption_date
        FROM consumption_records
        WHERE consumption_records.user_id = :user_id
        AND consumption_records.deleted_at IS NULL
        AND consumption_records.consumption_type = used.type
        AND consumption_records.unit = used.unit
        AND consumption_records.consumption_date <= :today
        ORDER BY consumption_records.consumption_date DESC
        LIMIT 1
    ) AS latest_day
FROM unnest(
    CAST(:used_types AS text[]),
    CAST(:used_units AS text[])
) AS used (type, unit)
