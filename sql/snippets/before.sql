jsonb_build_object(
    'consumption_date', consumption_records.consumption_date,
    'consumption_value', consumption_records.consumption_value,
    'consumption_type', consumption_records.consumption_type,
    'unit', consumption_records.unit,
    'notes', consumption_records.notes,
    'deleted_at', consumption_records.deleted_at,
    'changes', {earlier_changes}
)
