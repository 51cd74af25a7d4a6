-- The records of the type and unit of the row `used`, without deleted ones.
consumption_records.user_id = :user_id
AND consumption_records.deleted_at IS NULL
AND consumption_records.consumption_type = used.type
AND consumption_records.unit = used.unit
