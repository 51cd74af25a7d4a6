-- Returns the costs of records in each given span of days of a type and unit; the first row has the prices
-- of the account, too. A span comes in pieces, cut on each day on which a price of its unit begins.
-- costed: how many records of a piece have a cost. costs, amounts: for records of one day the sum of the
-- costs, and of the values of those without a cost; a meter's start, whose cost counts on its day, is among
-- them. spread_costs, spread_amounts: the same of the shares of records of several days, to 40 decimals. Each
-- length in days is divided once, however many records have it.
SELECT
    span.type,
    span.unit,
    span.first_day,
    span.last_day,
    piece.first_day AS piece_first_day,
    piece.last_day AS piece_last_day,
    spread.costed + single.costed AS costed,
    single.costs,
    single.amounts,
    spread.spread_costs,
    spread.spread_amounts,
    CASE WHEN row_number() OVER () = 1 THEN account.prices END AS prices
FROM (
    SELECT users.prices
    FROM users
    WHERE users.id = :user_id
) AS account
CROSS JOIN unnest(
    CAST(:span_types AS text[]),
    CAST(:span_units AS text[]),
    CAST(:first_days AS date[]),
    CAST(:last_days AS date[])
) AS span (type, unit, first_day, last_day)
CROSS JOIN LATERAL (
    SELECT
        starting.day AS first_day,
        COALESCE(lead(starting.day) OVER (ORDER BY starting.day) - 1, span.last_day) AS last_day
    FROM (
        SELECT span.first_day AS day
        UNION
        SELECT CAST(price ->> 'from' AS date) AS day
        FROM jsonb_array_elements(account.prices) AS price
        WHERE price ->> 'unit' = span.unit
        AND CAST(price ->> 'from' AS date) > span.first_day
        AND CAST(price ->> 'from' AS date) <= span.last_day
    ) AS starting
) AS piece
CROSS JOIN LATERAL (
    SELECT
        COUNT(cost) AS costed,
        COALESCE(SUM(cost), 0) AS costs,
        COALESCE(SUM(consumption_value) FILTER (WHERE cost IS NULL), 0) AS amounts
    FROM consumption_records
    WHERE {matching}
    AND days <= 1
    AND consumption_records.consumption_type = span.type
    AND consumption_records.unit = span.unit
    AND consumption_records.consumption_date BETWEEN piece.first_day AND piece.last_day
) AS single
CROSS JOIN LATERAL (
    SELECT
        CAST(COALESCE(SUM(costed), 0) AS bigint) AS costed,
        COALESCE(SUM(ROUND(CAST(costs AS numeric(80, 40)) / days, 40)), 0) AS spread_costs,
        COALESCE(SUM(ROUND(CAST(amounts AS numeric(80, 40)) / days, 40)), 0) AS spread_amounts
    FROM (
        SELECT
            days,
            COUNT(cost) AS costed,
            SUM(cost * overlap) AS costs,
            SUM(consumption_value * overlap) FILTER (WHERE cost IS NULL) AS amounts
        FROM (
            SELECT
                days,
                cost,
                consumption_value,
                LEAST(consumption_date, piece.last_day)
                    - GREATEST(consumption_date - days + 1, piece.first_day) + 1 AS overlap
            FROM consumption_records
            WHERE {matching}
            AND days > 1
            AND consumption_records.consumption_type = span.type
            AND consumption_records.unit = span.unit
            AND consumption_records.consumption_date BETWEEN piece.first_day AND piece.last_day + :longest
            AND consumption_records.consumption_date - days < piece.last_day
        ) AS reaching
        GROUP BY days
    ) AS lengths
) AS spread
