-- Returns a page of the matching records of some types in the given order, by unit and newest first
-- within each. Two ranges of one index have them: the rest of the type and unit of the last page, and
-- the units of each type from a given one on.
SELECT {list_columns}
FROM (
    (
        SELECT
            CAST(0 AS bigint) AS place,
            {record_columns}
        FROM consumption_records
        WHERE {matching}
        AND consumption_type = :after_type
        AND unit = :after_unit
        AND (consumption_date, created_at, id) < (:after_day, :after_time, :after_id)
        ORDER BY consumption_date DESC, created_at DESC, id DESC
        LIMIT :limit
    )
    UNION ALL
    (
        SELECT
            own.place,
            found.*
        FROM unnest(
            CAST(:own_types AS text[]),
            CAST(:from_units AS text[])
        ) WITH ORDINALITY AS own (type, from_unit, place)
        CROSS JOIN LATERAL (
            SELECT {record_columns}
            FROM consumption_records
            WHERE {matching}
            AND consumption_records.consumption_type = own.type
            AND consumption_records.unit >= own.from_unit
            ORDER BY unit, consumption_date DESC, created_at DESC, id DESC
            LIMIT :limit
        ) AS found
        ORDER BY own.place, unit, consumption_date DESC, created_at DESC, id DESC
        LIMIT :limit
    )
) AS consumption_records
ORDER BY place, unit, consumption_date DESC, created_at DESC, consumption_records.id DESC
LIMIT :limit
