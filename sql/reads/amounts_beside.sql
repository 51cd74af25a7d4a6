-- Returns the number of amounts of one day that earlier files brought and that have the type, unit and day of a
-- given sum of a day.
SELECT COUNT(*)
FROM unnest({spans}) AS used (type, unit, first_day, last_day)
JOIN consumption_records
    ON {of_used}
    AND {of_files}
    AND consumption_records.consumption_date BETWEEN used.first_day AND used.last_day
    AND consumption_records.days = 1
    AND consumption_records.reading IS NULL
