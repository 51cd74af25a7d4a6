-- Returns whether a recent change touched a reading.
SELECT EXISTS (
    SELECT
    FROM consumption_records
    WHERE user_id = :user_id
    AND change_id = :change
    AND updated_at > now() - INTERVAL '{undo_minutes} minutes'
    AND (reading IS NOT NULL OR before ->> 'reading' IS NOT NULL)
) AS has_readings
