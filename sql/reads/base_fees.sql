-- Returns the types and units of which a price with a base fee is in force by a day.
SELECT DISTINCT
    prices.type,
    prices.unit
FROM users
CROSS JOIN LATERAL jsonb_to_recordset(users.prices) AS prices(
    type text, unit text, "from" date, base text
)
WHERE users.id = :user_id
AND prices.base IS NOT NULL
AND prices."from" <= :day
ORDER BY prices.type, prices.unit
