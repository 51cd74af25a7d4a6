id, consumption_date, consumption_value, consumption_type, unit, notes, version, created_at, days,
reading, meter, cost, deleted_at, change_id
