-- Returns the records of the type, unit, day and value of a given record. place: that of the given record, from 1.
SELECT
    used.place,
    consumption_records.id
FROM unnest(
    CAST(:types AS text[]),
    CAST(:units AS text[]),
    CAST(:dates AS date[]),
    CAST(:values AS numeric[]),
    CAST(:readings AS numeric[])
) WITH ORDINALITY AS used (type, unit, day, consumption_value, reading, place)
JOIN consumption_records
    ON {of_used}
    AND consumption_records.consumption_date = used.day
    AND consumption_records.change_id <> :change
WHERE CASE
    WHEN used.reading IS NULL
    THEN consumption_records.reading IS NULL AND consumption_records.consumption_value = used.consumption_value
    ELSE consumption_records.reading = used.reading
END
ORDER BY used.place, consumption_records.created_at, consumption_records.id
