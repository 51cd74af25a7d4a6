-- Returns the types and units with a record on any day of a span that has a cost, or a unit that has a
-- price or is money, up to a number of them. The first row has the prices of the account, too; without any
-- such record they have a row without a type.
SELECT
    costed.type,
    costed.unit,
    CASE WHEN row_number() OVER () = 1 THEN account.prices END AS prices
FROM (
    SELECT
        users.prices,
        ARRAY(
            SELECT DISTINCT price ->> 'unit'
            FROM jsonb_array_elements(users.prices) AS price
        ) || CAST(:money_units AS text[]) AS units
    FROM users
    WHERE users.id = :user_id
) AS account
LEFT JOIN LATERAL (
    SELECT
        consumption_type AS type,
        unit AS unit
    FROM consumption_records
    WHERE {matching}
    AND days <= 1
    AND consumption_date <= :last_day
    AND (cost IS NOT NULL OR (days = 1 AND unit = ANY (account.units)))
    UNION
    SELECT
        consumption_type AS type,
        unit AS unit
    FROM consumption_records
    WHERE {matching}
    AND days > 1
    AND consumption_date - days < :last_day
    AND (cost IS NOT NULL OR unit = ANY (account.units))
    LIMIT :most
) AS costed ON TRUE
