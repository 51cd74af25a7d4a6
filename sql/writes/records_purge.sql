-- Removes what one user deleted too long ago to restore it, for good, up to a number of records. What another
-- transaction works on waits for the next time.
DELETE FROM consumption_records
WHERE user_id = :user_id
AND id IN (
    SELECT id
    FROM consumption_records
    WHERE user_id = :user_id
    AND deleted_at < now() - INTERVAL '{restore_days} days'
    LIMIT :most
    FOR UPDATE SKIP LOCKED
)
