CASE
    WHEN consumption_records.updated_at > now() - INTERVAL '10 minutes'
    THEN COALESCE(consumption_records.before -> 'changes', '[]'::jsonb)
        || to_jsonb(consumption_records.change_id)
    ELSE '[]'::jsonb
END
