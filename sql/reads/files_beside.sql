-- Returns the number of amounts of one day that earlier files brought (their ids tell) and that have the type, unit
-- and day of a given sum of a day.
SELECT COUNT(*)
FROM unnest(
    CAST(:types AS text[]),
    CAST(:units AS text[]),
    CAST(:dates AS date[])
) AS summed (consumption_type, unit, consumption_date)
JOIN consumption_records AS beside
    ON beside.user_id = :user_id
    AND beside.id BETWEEN :first_id AND :last_id
    AND beside.deleted_at IS NULL
    AND beside.consumption_type = summed.consumption_type
    AND beside.unit = summed.unit
    AND beside.consumption_date = summed.consumption_date
    AND beside.days = 1
    AND beside.reading IS NULL
    AND beside.change_id <> :change
