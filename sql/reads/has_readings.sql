-- Returns whether any record is a reading. Far cheaper to plan than the list of meters.
SELECT EXISTS (
    SELECT
    FROM consumption_records
    WHERE user_id = :user_id
    AND reading IS NOT NULL
    AND deleted_at IS NULL
) AS has_readings
