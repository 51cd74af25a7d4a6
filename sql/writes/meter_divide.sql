-- Moves the readings of a meter, from one of them on, to another meter of the same type and unit.
UPDATE consumption_records
SET
    meter = :to_meter,
    {new_version}
WHERE user_id = :user_id
AND deleted_at IS NULL
AND reading IS NOT NULL
AND consumption_type = :type
AND unit = :unit
AND meter = :meter
AND (consumption_date, created_at, id) > (:day, :created_at, :id)
