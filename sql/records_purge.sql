-- Removes what one user deleted over 30 days ago, for good.
DELETE FROM consumption_records
WHERE user_id = :user_id
AND deleted_at < now() - INTERVAL '30 days'
