-- Returns the latest change that can still be undone, how many records it added, deleted, restored
-- and changed, and the id of one of them; no row when there is none. An undo is told by its id, which is of
-- version 5. A change may have very many records: each is looked for once, not once a record.
WITH made AS (
    SELECT change_id, MAX(updated_at) AS made_at
    FROM consumption_records
    WHERE user_id = :user_id
    AND updated_at > now() - INTERVAL '{undo_minutes} minutes'
    AND uuid_extract_version(change_id) IS DISTINCT FROM 5
    GROUP BY change_id
), changed_since AS (
    SELECT DISTINCT CAST(jsonb_array_elements_text(before -> 'changes') AS uuid) AS change_id
    FROM consumption_records
    WHERE user_id = :user_id
    AND updated_at > now() - INTERVAL '{undo_minutes} minutes'
), latest AS (
    SELECT change_id
    FROM made
    WHERE change_id NOT IN (SELECT change_id FROM changed_since)
    ORDER BY made_at DESC
    LIMIT 1
)
SELECT
    change_id,
    COUNT(*) FILTER (WHERE {done} = 'added') AS added,
    COUNT(*) FILTER (WHERE {done} = 'deleted') AS deleted,
    COUNT(*) FILTER (WHERE {done} = 'restored') AS restored,
    COUNT(*) FILTER (WHERE {done} = 'changed') AS changed,
    MIN(CAST(id AS text)) AS record_id
FROM consumption_records
WHERE user_id = :user_id
AND updated_at > now() - INTERVAL '{undo_minutes} minutes'
AND change_id = (SELECT change_id FROM latest)
GROUP BY change_id
