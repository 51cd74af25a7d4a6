-- Inserts one record that is created now, if its id is free; returns its id. `record_insert` does so
-- for many; here plain values go straight to their shard of a distributed table, without a second commit.
INSERT INTO consumption_records
(user_id, id, consumption_date, consumption_value, consumption_type, unit, notes, days, reading, meter, cost,
 created_at, change_id)
VALUES (
    :user_id,
    :id,
    :consumption_date,
    :consumption_value,
    :consumption_type,
    :unit,
    :notes,
    :days,
    :reading,
    :meter,
    :cost,
    clock_timestamp(),
    :change
)
ON CONFLICT (user_id, id) DO NOTHING
RETURNING id
