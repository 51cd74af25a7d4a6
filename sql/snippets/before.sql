jsonb_build_object(
    'consumption_date', consumption_records.consumption_date,
    'consumption_value', consumption_records.consumption_value,
    'consumption_type', consumption_records.consumption_type,
    'unit', consumption_records.unit,
    'notes', consumption_records.notes,
    'days', consumption_records.days,
    'reading', consumption_records.reading,
    'meter', consumption_records.meter,
    'cost', consumption_records.cost,
    'created_at', consumption_records.created_at,
    'deleted_at', consumption_records.deleted_at,
    'changes', {earlier_changes}
)
