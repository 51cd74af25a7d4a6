-- Of a filter's conditions those that pick single records by what stands in them. Without a column but
-- those of the indexes where they are NULL.
(CAST(:minimum AS numeric) IS NULL OR consumption_value >= :minimum)
AND (CAST(:maximum AS numeric) IS NULL OR consumption_value <= :maximum)
AND (
    CAST(:containing AS text[]) IS NULL
    OR lower(consumption_type || ' ' || notes) LIKE ALL (CAST(:containing AS text[]))
)
AND (CAST(:tags AS text[]) IS NULL OR lower(notes) ~ ALL (CAST(:tags AS text[])))
