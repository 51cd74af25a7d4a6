-- Returns of a recent change how many records it added, deleted, restored and changed, how many of
-- its records are undone, and how many were changed since.
SELECT
    COUNT(*) FILTER (WHERE change_id = :change AND before IS NULL) AS added,
    COUNT(*) FILTER (
        WHERE change_id = :change
        AND before ->> 'deleted_at' IS NULL
        AND deleted_at IS NOT NULL
    ) AS deleted,
    COUNT(*) FILTER (
        WHERE change_id = :change
        AND before ->> 'deleted_at' IS NOT NULL
        AND deleted_at IS NULL
    ) AS restored,
    COUNT(*) FILTER (
        WHERE change_id = :change
        AND before IS NOT NULL
        AND (before ->> 'deleted_at' IS NULL) = (deleted_at IS NULL)
    ) AS changed,
    COUNT(*) FILTER (WHERE change_id = :undone) AS undone,
    COUNT(*) FILTER (
        WHERE change_id <> :undone
        AND before -> 'changes' @> to_jsonb(CAST(:change AS text))
    ) AS changed_since
FROM consumption_records
WHERE user_id = :user_id
AND updated_at > now() - make_interval(mins => :minutes)
