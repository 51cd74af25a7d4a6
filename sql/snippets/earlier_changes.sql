-- The ids of the changes before this one that can still be undone: the newest 50 of them.
CASE
    WHEN consumption_records.updated_at <= now() - INTERVAL '{undo_minutes} minutes' THEN '[]'::jsonb
    WHEN jsonb_array_length(consumption_records.before -> 'changes') < {max_earlier_changes}
    THEN (consumption_records.before -> 'changes') || to_jsonb(consumption_records.change_id)
    ELSE COALESCE((consumption_records.before -> 'changes') - 0, '[]'::jsonb)
        || to_jsonb(consumption_records.change_id)
END
