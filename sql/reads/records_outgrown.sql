-- Returns the records of earlier files that have the first day of a given record and an earlier last day, on which
-- they were written; or the same last day, by which they were written, and another value. place: that of the given
-- record, from 1.
SELECT
    used.place,
    consumption_records.id
FROM unnest(
    {spans},
    CAST(:values AS numeric[])
) WITH ORDINALITY AS used (type, unit, first_day, last_day, consumption_value, place)
JOIN consumption_records
    ON {of_used}
    AND {of_files}
    AND consumption_records.consumption_date BETWEEN used.first_day AND used.last_day
    AND consumption_records.consumption_date - consumption_records.days + 1 = used.first_day
    AND consumption_records.reading IS NULL
    AND (
        consumption_records.consumption_date < used.last_day
        OR (
            consumption_records.consumption_value <> used.consumption_value
            AND CAST(consumption_records.created_at AT TIME ZONE 'UTC' AS date)
                <= consumption_records.consumption_date
        )
    )
-- The last day is in the account's time zone, which may be a day off in UTC.
WHERE abs(
    CAST(consumption_records.created_at AT TIME ZONE 'UTC' AS date) - consumption_records.consumption_date
) <= 1
ORDER BY used.place, consumption_records.created_at, consumption_records.id
