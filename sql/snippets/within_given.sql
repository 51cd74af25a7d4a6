-- The amounts within the days of the row `given`, without those that the import itself has written.
consumption_records.user_id = :user_id
AND consumption_records.deleted_at IS NULL
AND consumption_records.consumption_type = given.type
AND consumption_records.unit = given.unit
AND consumption_records.consumption_date BETWEEN given.first_day AND given.last_day
AND consumption_records.consumption_date - consumption_records.days + 1 >= given.first_day
AND consumption_records.reading IS NULL
AND consumption_records.change_id <> :change
