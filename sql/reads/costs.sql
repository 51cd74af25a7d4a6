-- Returns what the records of each given span of days of a type and unit cost, a row for each length in
-- days that its records have. costed: how many of them have a cost. costs: their costs, each times its
-- days in the span; amounts: the values of those without a cost, likewise. Divided by the length they
-- are shares: that is done last, exactly.
SELECT
    span.type,
    span.unit,
    span.first_day,
    span.last_day,
    matched.*
FROM unnest(
    CAST(:span_types AS text[]),
    CAST(:span_units AS text[]),
    CAST(:first_days AS date[]),
    CAST(:last_days AS date[])
) AS span (type, unit, first_day, last_day)
CROSS JOIN LATERAL (
    SELECT
        1 AS days,
        COUNT(cost) AS costed,
        COALESCE(SUM(cost), 0) AS costs,
        COALESCE(SUM(consumption_value) FILTER (WHERE cost IS NULL), 0) AS amounts
    FROM consumption_records
    WHERE {matching}
    AND days = 1
    AND consumption_records.consumption_type = span.type
    AND consumption_records.unit = span.unit
    AND consumption_records.consumption_date BETWEEN span.first_day AND span.last_day
    UNION ALL
    SELECT
        days,
        COUNT(cost) AS costed,
        COALESCE(SUM(cost * overlap), 0) AS costs,
        COALESCE(SUM(consumption_value * overlap) FILTER (WHERE cost IS NULL), 0) AS amounts
    FROM (
        SELECT
            days,
            cost,
            consumption_value,
            LEAST(consumption_date, span.last_day)
                - GREATEST(consumption_date - days + 1, span.first_day) + 1 AS overlap
        FROM consumption_records
        WHERE {matching}
        AND days > 1
        AND consumption_records.consumption_type = span.type
        AND consumption_records.unit = span.unit
        AND consumption_records.consumption_date BETWEEN span.first_day AND span.last_day + :longest
        AND consumption_records.consumption_date - days < span.last_day
    ) AS reaching
    GROUP BY days
) AS matched
