-- Deletes records, for as long as they can be restored; returns their ids.
UPDATE consumption_records
SET
    deleted_at = now(),
    {new_version}
WHERE user_id = :user_id
AND id = ANY(CAST(:ids AS uuid[]))
AND deleted_at IS NULL
RETURNING id
