-- Returns how many records of a recent change are undone, and how many were changed since.
SELECT
    COUNT(*) FILTER (WHERE change_id = :undone) AS undone,
    COUNT(*) FILTER (
        WHERE change_id <> :undone
        AND before -> 'changes' @> to_jsonb(CAST(:change AS text))
    ) AS changed_since
FROM consumption_records
WHERE user_id = :user_id
AND updated_at > now() - make_interval(mins => :minutes)
