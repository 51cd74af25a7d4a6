-- Returns each type of which a user deleted a record that can still be restored.
SELECT DISTINCT consumption_type
FROM consumption_records
WHERE user_id = :user_id
AND deleted_at > now() - INTERVAL '{restore_days} days'
