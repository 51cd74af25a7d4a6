-- Changes every matching record alike, as one change; with ids only those of them. A record that already is
-- as the change would make it stays as it is. With factors only records in their units are changed, and
-- their values are converted.
UPDATE consumption_records
SET
    consumption_type = COALESCE(:to_type, consumption_type),
    unit = COALESCE(:to_unit, unit),
    consumption_value = CASE
        WHEN CAST(:units_from AS text[]) IS NULL THEN consumption_value
        ELSE (
            SELECT trim_scale(round(consumption_value * factor.numerator / factor.denominator, {max_decimals}))
            FROM unnest(
                CAST(:units_from AS text[]),
                CAST(:numerators AS numeric[]),
                CAST(:denominators AS numeric[])
            ) AS factor (unit_from, numerator, denominator)
            WHERE factor.unit_from = unit
        )
    END,
    consumption_date = COALESCE(:to_day, consumption_date),
    meter = CASE
        WHEN reading IS NULL OR CAST(:meters_after AS smallint[]) IS NULL THEN meter
        ELSE COALESCE(
            (
                SELECT numbered.meter_after
                FROM unnest(
                    CAST(:types_before AS text[]),
                    CAST(:units_before AS text[]),
                    CAST(:meters_before AS smallint[]),
                    CAST(:meters_after AS smallint[])
                ) AS numbered (type_before, unit_before, meter_before, meter_after)
                WHERE numbered.type_before = consumption_type
                AND numbered.unit_before = unit
                AND numbered.meter_before = meter
            ),
            meter
        )
    END,
    notes = CASE
        WHEN CAST(:tag AS text) IS NULL THEN notes
        ELSE ltrim(notes || ' ' || :tag)
    END,
    deleted_at = (
        SELECT CASE
            WHEN :delete THEN now()
            WHEN :restore THEN NULL
            ELSE deleted_at
        END
    ),
    {new_version}
WHERE {matching}
AND (CAST(:ids AS uuid[]) IS NULL OR id = ANY (CAST(:ids AS uuid[])))
AND (:readings OR reading IS NULL)
AND (CAST(:units_from AS text[]) IS NULL OR unit = ANY (CAST(:units_from AS text[])))
AND (NOT :delete OR deleted_at IS NULL)
AND (NOT :restore OR deleted_at IS NOT NULL)
AND (CAST(:tag_pattern AS text) IS NULL OR lower(notes) !~ :tag_pattern)
AND (
    (CAST(:to_type AS text) IS NULL AND CAST(:to_unit AS text) IS NULL AND CAST(:to_day AS date) IS NULL)
    OR consumption_type <> :to_type
    OR unit <> :to_unit
    OR consumption_date <> :to_day
)
