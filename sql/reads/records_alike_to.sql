-- Returns the records of the type, unit, day and value of a given record. place: that of the given record, from 1.
SELECT
    wanted.place,
    alike.id
FROM unnest(
    CAST(:types AS text[]),
    CAST(:units AS text[]),
    CAST(:dates AS date[]),
    CAST(:values AS numeric[]),
    CAST(:readings AS numeric[])
) WITH ORDINALITY AS wanted (consumption_type, unit, consumption_date, consumption_value, reading, place)
JOIN consumption_records AS alike
    ON alike.user_id = :user_id
    AND alike.deleted_at IS NULL
    AND alike.consumption_type = wanted.consumption_type
    AND alike.unit = wanted.unit
    AND alike.consumption_date = wanted.consumption_date
    AND alike.change_id <> :change
WHERE CASE
    WHEN wanted.reading IS NULL THEN alike.reading IS NULL AND alike.consumption_value = wanted.consumption_value
    ELSE alike.reading = wanted.reading
END
ORDER BY wanted.place, alike.created_at, alike.id
