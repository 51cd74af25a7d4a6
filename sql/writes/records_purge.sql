-- Removes what one user deleted over 30 days ago, for good, up to a number of records. What another
-- transaction works on waits for the next time.
DELETE FROM consumption_records
WHERE user_id = :user_id
AND id IN (
    SELECT id
    FROM consumption_records
    WHERE user_id = :user_id
    AND deleted_at < now() - INTERVAL '30 days'
    LIMIT :most
    FOR UPDATE SKIP LOCKED
)
