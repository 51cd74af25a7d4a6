-- Lifts the role's time limits until the transaction ends. The first setting makes the others reach the
-- workers of a Citus cluster, which have these limits, too; PostgreSQL alone accepts any name of two parts.
SET LOCAL citus.propagate_set_commands = 'local';
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0
