-- Returns the number of amounts of one day that earlier files brought (their ids tell) and that have the type,
-- unit and day of a given sum of a day.
SELECT COUNT(*)
FROM unnest(
    {spans}
) AS summed (type, unit, first_day, last_day)
JOIN consumption_records AS beside
    ON beside.user_id = :user_id
    AND beside.id BETWEEN :first_id AND :last_id
    AND beside.deleted_at IS NULL
    AND beside.consumption_type = summed.type
    AND beside.unit = summed.unit
    AND beside.consumption_date BETWEEN summed.first_day AND summed.last_day
    AND beside.days = 1
    AND beside.reading IS NULL
    AND beside.change_id <> :change
