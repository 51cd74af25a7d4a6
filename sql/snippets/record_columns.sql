id, consumption_date, consumption_value, consumption_type, unit, notes, version, created_at, deleted_at, change_id
