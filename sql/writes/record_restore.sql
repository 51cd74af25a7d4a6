-- Brings back one record that was deleted in the last days; returns its id.
UPDATE consumption_records
SET
    deleted_at = NULL,
    version = version + 1,
    updated_at = now(),
    change_id = :change,
    before = (SELECT {before})
WHERE user_id = :user_id
AND id = :id
AND deleted_at > now() - INTERVAL '{restore_days} days'
RETURNING id
