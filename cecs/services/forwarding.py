"""Where the number or the public id of a record leads that was merged into another one."""

# Along all merges; only the record at their end is in the lookup, so that it alone is found.
_LED = """WHERE lookup_entry.educator_id IN (WITH RECURSIVE led(id) AS (
 SELECT r.into_id FROM retirement AS r JOIN educator AS e ON e.id = r.educator_id
 WHERE r.state = 'done' AND {begins} UNION SELECT r.into_id FROM retirement AS r
 JOIN led ON r.educator_id = led.id WHERE r.state = 'done') SELECT id FROM led)"""
# Reach the entry to which a record's number, as `:number`, or its public id, as `:id`, leads.
BY_NUMBER = _LED.format(begins="e.number = :number")
BY_PUBLIC_ID = _LED.format(begins="r.public_id = :id")
IS_KNOWN = "SELECT 1 FROM retirement WHERE state = 'done' AND public_id = :id"
