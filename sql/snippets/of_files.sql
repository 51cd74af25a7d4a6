-- The records that earlier files brought (their ids tell), without those that this import has written.
consumption_records.id BETWEEN :first_id AND :last_id
AND consumption_records.change_id <> :change
