-- The columns that each change of a record sets besides those that it changes.
version = version + 1,
updated_at = now(),
change_id = :change,
before = (SELECT {before})
