-- Returns what each worker says its wal_level is; without success it does not answer.
SELECT nodename AS name, nodeport AS port, success, result
FROM run_command_on_workers('SHOW wal_level')
