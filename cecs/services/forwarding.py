"""Where the number or the public id of a record leads that was merged into another one."""

from cecs.gateways.reader import Reader
from cecs.services.lookup_rows import Row, rows
from cecs.services.transactions import Gone

# Along all merges; only the record at their end is in the lookup, so that it alone is found.
_LED = """WHERE educator_id IN (WITH RECURSIVE led(id) AS (
 SELECT r.into_id FROM retirement AS r JOIN educator AS e ON e.id = r.educator_id
 WHERE r.state = 'done' AND {begins} UNION SELECT r.into_id FROM retirement AS r
 JOIN led ON r.educator_id = led.id WHERE r.state = 'done') SELECT id FROM led)"""
# Reach the entry to which a record's number, as `:number`, or its public id, as `:id`, leads.
BY_NUMBER = _LED.format(begins="e.number = :number")
BY_PUBLIC_ID = _LED.format(begins="r.public_id = :id")
IS_KNOWN = "SELECT 1 FROM retirement WHERE state = 'done' AND public_id = :id"


def led(reader: Reader, public_id: str) -> Row | None:
    """The entry to which the id of a record that went leads; None where it was removed.

    Raises Gone for an id of no such record.
    """
    for row in rows(reader, BY_PUBLIC_ID, {"id": public_id}, 1):
        return row
    if reader.rows(IS_KNOWN, {"id": public_id}):
        return None
    raise Gone("no such educator")
