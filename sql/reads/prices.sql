-- Returns the prices of an account.
SELECT prices
FROM users
WHERE id = :user_id
