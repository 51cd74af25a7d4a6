-- Returns the records of files (their ids tell) that have the first day of a given record and an earlier last day,
-- on which they were written; or the same last day, by which they were written, and another value. place: that of
-- the given record, from 1.
SELECT
    wanted.place,
    outgrown.id
FROM unnest(
    {spans},
    CAST(:values AS numeric[])
) WITH ORDINALITY AS wanted (type, unit, first_day, last_day, consumption_value, place)
JOIN consumption_records AS outgrown
    ON outgrown.user_id = :user_id
    AND outgrown.id BETWEEN :first_id AND :last_id
    AND outgrown.deleted_at IS NULL
    AND outgrown.consumption_type = wanted.type
    AND outgrown.unit = wanted.unit
    AND outgrown.consumption_date >= wanted.first_day
    AND outgrown.consumption_date <= wanted.last_day
    AND outgrown.consumption_date - outgrown.days + 1 = wanted.first_day
    AND outgrown.reading IS NULL
    AND outgrown.change_id <> :change
    AND (
        outgrown.consumption_date < wanted.last_day
        OR (
            outgrown.consumption_value <> wanted.consumption_value
            AND CAST(outgrown.created_at AT TIME ZONE 'UTC' AS date) <= outgrown.consumption_date
        )
    )
-- The last day is in the account's time zone, which may be a day off in UTC.
WHERE abs(CAST(outgrown.created_at AT TIME ZONE 'UTC' AS date) - outgrown.consumption_date) <= 1
ORDER BY wanted.place, outgrown.created_at, outgrown.id
