-- Gives readings the consumption since the reading before them. The column before of a reading that this
-- change has written already stays as it is: it has the content from before the change.
UPDATE consumption_records
SET
    consumption_value = linked.consumption_value,
    days = linked.days,
    version = CASE
        WHEN consumption_records.change_id = :change THEN version
        ELSE version + 1
    END,
    before = (
        SELECT CASE
            WHEN consumption_records.change_id = :change THEN before
            ELSE {before}
        END
    ),
    updated_at = now(),
    change_id = :change
FROM unnest(
    CAST(:ids AS uuid[]),
    CAST(:values AS numeric[]),
    CAST(:days AS integer[])
) AS linked (id, consumption_value, days)
WHERE consumption_records.user_id = :user_id
AND consumption_records.id = linked.id
