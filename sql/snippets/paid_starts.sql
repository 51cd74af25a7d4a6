-- The first readings of meters that have a cost. They cover no day: nothing was used, but something was
-- paid. None of them where costs do not count.
reading IS NOT NULL
AND days = 0
AND cost IS NOT NULL
AND :costs
