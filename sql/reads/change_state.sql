-- Returns for a recent change how many records it added, deleted, restored and changed, how many of
-- its records are undone, how many were changed since, and the id of one of its records.
SELECT
    COUNT(*) FILTER (WHERE change_id = :change AND {done} = 'added') AS added,
    COUNT(*) FILTER (WHERE change_id = :change AND {done} = 'deleted') AS deleted,
    COUNT(*) FILTER (WHERE change_id = :change AND {done} = 'restored') AS restored,
    COUNT(*) FILTER (WHERE change_id = :change AND {done} = 'changed') AS changed,
    COUNT(*) FILTER (WHERE change_id = :undone) AS undone,
    COUNT(*) FILTER (
        WHERE change_id <> :undone
        AND before -> 'changes' @> to_jsonb(CAST(:change AS text))
    ) AS changed_since,
    MIN(CAST(id AS text)) FILTER (WHERE change_id IN (:change, :undone)) AS record_id
FROM consumption_records
WHERE user_id = :user_id
AND updated_at > now() - INTERVAL '{undo_minutes} minutes'
