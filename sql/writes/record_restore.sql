-- Brings back one record that was deleted in the last days; returns its id.
UPDATE consumption_records
SET
    deleted_at = NULL,
    {new_version}
WHERE user_id = :user_id
AND id = :id
AND deleted_at > now() - INTERVAL '{restore_days} days'
RETURNING id
