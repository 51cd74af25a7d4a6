-- Undoes a change: gives the records whose latest change it is their content from before, and deletes the
-- records that it created. Returns their ids.
UPDATE consumption_records
SET
    consumption_date = (SELECT COALESCE(CAST(before ->> 'consumption_date' AS date), consumption_date)),
    consumption_value = COALESCE(CAST(before ->> 'consumption_value' AS numeric), consumption_value),
    consumption_type = COALESCE(before ->> 'consumption_type', consumption_type),
    unit = COALESCE(before ->> 'unit', unit),
    notes = COALESCE(before ->> 'notes', notes),
    days = COALESCE(CAST(before ->> 'days' AS integer), days),
    reading = CASE WHEN before IS NULL THEN reading ELSE CAST(before ->> 'reading' AS numeric) END,
    meter = CASE WHEN before IS NULL THEN meter ELSE CAST(before ->> 'meter' AS smallint) END,
    cost = CASE WHEN before IS NULL THEN cost ELSE CAST(before ->> 'cost' AS numeric) END,
    created_at = (SELECT COALESCE(CAST(before ->> 'created_at' AS timestamptz), created_at)),
    deleted_at = (
        SELECT CASE
            WHEN before IS NULL THEN now()
            ELSE CAST(before ->> 'deleted_at' AS timestamptz)
        END
    ),
    version = version + 1,
    updated_at = now(),
    change_id = :undone,
    before = (SELECT {before})
WHERE user_id = :user_id
AND change_id = :change
AND updated_at > now() - INTERVAL '{undo_minutes} minutes'
RETURNING id
