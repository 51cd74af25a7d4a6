-- The conditions of a filter (queries.conditions): each one that is NULL lets everything through.
user_id = :user_id
AND (NOT :deleted OR deleted_at > now() - INTERVAL '{restore_days} days')
AND (:deleted OR deleted_at IS NULL)
AND (CAST(:types AS text[]) IS NULL OR consumption_type = ANY (CAST(:types AS text[])))
AND (CAST(:unit AS text) IS NULL OR unit = :unit)
AND (CAST(:start AS date) IS NULL OR consumption_date >= :start)
AND (CAST(:end AS date) IS NULL OR consumption_date <= :end)
AND {picked}
