-- Removes one user's records for good that were deleted too long ago to restore, up to a number of
-- them. Records that another transaction works on wait for the next time.
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
