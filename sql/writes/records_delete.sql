-- Deletes records, for as long as they can be restored; returns their ids.
UPDATE consumption_records
SET
    deleted_at = now(),
    version = version + 1,
    updated_at = now(),
    change_id = :change,
    before = (SELECT {before})
WHERE user_id = :user_id
AND id = ANY(CAST(:ids AS uuid[]))
AND deleted_at IS NULL
RETURNING id
