-- Returns the part of records of several days in each given span of days of a type and unit.
-- ended: the values of those whose last day is in the span. before: the share, up to the day before the
-- span, of those that reach into it. beyond: the share, up to its last day, of those that go on beyond
-- it. Shares have 40 decimals.
SELECT
    span.type,
    span.unit,
    span.first_day,
    span.last_day,
    matched.*
FROM unnest({spans}) AS span (type, unit, first_day, last_day)
CROSS JOIN LATERAL (
    SELECT
        COALESCE(SUM(ended), 0) AS ended,
        COALESCE(SUM(ROUND(CAST(before AS numeric(80, 40)) / days, 40)), 0) AS before,
        COALESCE(SUM(ROUND(CAST(beyond AS numeric(80, 40)) / days, 40)), 0) AS beyond
    FROM (
        SELECT
            days,
            SUM(consumption_value) FILTER (WHERE consumption_date <= span.last_day) AS ended,
            SUM(consumption_value * (span.first_day - (consumption_date - days + 1)))
                FILTER (WHERE consumption_date - days + 1 < span.first_day) AS before,
            SUM(consumption_value * (span.last_day - (consumption_date - days)))
                FILTER (WHERE consumption_date > span.last_day) AS beyond
        FROM consumption_records
        WHERE {matching}
        AND days > 1
        AND consumption_records.consumption_type = span.type
        AND consumption_records.unit = span.unit
        AND consumption_records.consumption_date BETWEEN span.first_day AND span.last_day + {max_days}
        AND consumption_records.consumption_date - days < span.last_day
        GROUP BY days
    ) AS lengths
) AS matched
