-- The conditions of a filter that pick single records by their content. Where they are NULL they read no
-- column beyond those of the indexes.
(CAST(:minimum AS numeric) IS NULL OR consumption_value >= :minimum)
AND (CAST(:maximum AS numeric) IS NULL OR consumption_value <= :maximum)
AND (
    CAST(:containing AS text[]) IS NULL
    OR lower(consumption_type || ' ' || notes) LIKE ALL (CAST(:containing AS text[]))
)
AND (CAST(:tags AS text[]) IS NULL OR lower(notes) ~ ALL (CAST(:tags AS text[])))
