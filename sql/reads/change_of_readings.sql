-- Returns when a recent change that touched a reading was made; NULL where it touched none.
SELECT MAX(updated_at) AS changed_at
FROM consumption_records
WHERE user_id = :user_id
AND change_id = :change
AND updated_at > now() - INTERVAL '{undo_minutes} minutes'
AND (reading IS NOT NULL OR before ->> 'reading' IS NOT NULL)
