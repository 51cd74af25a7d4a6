-- Inserts the records whose id is free; returns their ids.
-- A batch keeps its order: each record is created a microsecond after the one before it.
INSERT INTO consumption_records
(user_id, id, consumption_date, consumption_value, consumption_type, unit, notes, days, reading, meter, cost,
 created_at, change_id)
SELECT
    :user_id,
    id,
    consumption_date,
    consumption_value,
    consumption_type,
    unit,
    notes,
    days,
    reading,
    meter,
    cost,
    COALESCE(created_at, clock_timestamp() + (:first + place) * INTERVAL '1 microsecond'),
    :change
FROM unnest(
    {new_records}
) WITH ORDINALITY AS new (
    id, consumption_date, consumption_value, consumption_type, unit, notes, days, reading, meter, cost,
    created_at, place
)
ORDER BY place
ON CONFLICT (user_id, id) DO NOTHING
RETURNING id
