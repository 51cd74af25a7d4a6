-- Returns each type and unit into which a recent change brought records from another, whether it is new (no
-- other record has it, or had it before), and whether the change gave a record with a cost this unit.
WITH moved AS (
    SELECT
        consumption_type,
        unit,
        bool_or(cost IS NOT NULL AND unit <> before ->> 'unit') AS is_costed
    FROM consumption_records
    WHERE user_id = :user_id
    AND change_id = :change
    AND updated_at > now() - INTERVAL '{undo_minutes} minutes'
    AND deleted_at IS NULL
    AND (consumption_type <> before ->> 'consumption_type' OR unit <> before ->> 'unit')
    GROUP BY consumption_type, unit
)
SELECT
    moved.consumption_type,
    moved.unit,
    moved.is_costed,
    NOT EXISTS (
        SELECT
        FROM consumption_records AS other
        WHERE other.user_id = :user_id
        AND other.consumption_type = moved.consumption_type
        AND other.unit = moved.unit
        AND other.deleted_at IS NULL
        AND (
            other.change_id IS DISTINCT FROM CAST(:change AS uuid)
            OR (
                other.before ->> 'consumption_type' = moved.consumption_type
                AND other.before ->> 'unit' = moved.unit
            )
        )
    ) AS is_new
FROM moved
ORDER BY moved.consumption_type, moved.unit
