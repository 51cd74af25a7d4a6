-- Gives existing records new content; deleted ones come back, with the given time of creation. Returns their ids.
UPDATE consumption_records
SET
    consumption_date = new.consumption_date,
    consumption_value = new.consumption_value,
    consumption_type = new.consumption_type,
    unit = new.unit,
    notes = new.notes,
    days = new.days,
    reading = new.reading,
    meter = new.meter,
    cost = new.cost,
    created_at = CASE
        WHEN deleted_at IS NULL THEN consumption_records.created_at
        ELSE COALESCE(new.created_at, consumption_records.created_at)
    END,
    deleted_at = NULL,
    {new_version}
FROM unnest(
    {new_records}
) AS new (
    id, consumption_date, consumption_value, consumption_type, unit, notes, days, reading, meter, cost,
    created_at
)
WHERE consumption_records.user_id = :user_id
AND consumption_records.id = new.id
RETURNING consumption_records.id
