CASE
    WHEN before IS NULL THEN 'added'
    WHEN (before ->> 'deleted_at' IS NULL) = (deleted_at IS NULL) THEN 'changed'
    WHEN deleted_at IS NULL THEN 'restored'
    ELSE 'deleted'
END
