"""The days a record covers, a meter's reading, a cost; further settings of an account.

Constant defaults, and checks that look at new rows only: nothing is written anew, and the tables
are locked for a moment. 0003 has the checks look at the rows that are there.
"""

from tally.db.migrations.online import briefly

revision = "0002"
down_revision = "0001"

RECORDS = """
ALTER TABLE consumption_records
    ADD COLUMN days integer NOT NULL DEFAULT 1,
    ADD COLUMN reading numeric,
    ADD COLUMN meter smallint,
    ADD COLUMN cost numeric,
    ADD CONSTRAINT days_range CHECK (
        days BETWEEN 1 AND 3660
        OR (days = 0 AND reading IS NOT NULL AND consumption_value = 0)
    ) NOT VALID,
    ADD CONSTRAINT reading_finite CHECK (
        reading >= 0 AND reading < 1000000000000
        AND reading <> 'NaN'::numeric AND scale(reading) <= 6
    ) NOT VALID,
    ADD CONSTRAINT meter_of_reading CHECK (
        (meter IS NULL) = (reading IS NULL) AND (meter IS NULL OR meter BETWEEN 1 AND 999)
    ) NOT VALID,
    ADD CONSTRAINT cost_finite CHECK (
        cost >= 0 AND cost < 1000000000000
        AND cost <> 'NaN'::numeric AND scale(cost) <= 6
    ) NOT VALID
"""

USERS = """
ALTER TABLE users
    ADD COLUMN tokens jsonb NOT NULL DEFAULT '{}'::jsonb,
    ADD COLUMN prices jsonb NOT NULL DEFAULT '[]'::jsonb,
    ADD COLUMN imports jsonb NOT NULL DEFAULT '{}'::jsonb
"""


def upgrade() -> None:
    briefly(RECORDS, USERS)
