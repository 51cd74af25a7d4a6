-- Has the requests of an account with the same id or key wait for one another until this transaction
-- ends: their records have other ids where they are of another number, so that no index sees both.
SELECT pg_advisory_xact_lock(
    hashtextextended('tally sent ' || CAST(:user_id AS text) || ' ' || CAST(:id AS text), 0)
)
