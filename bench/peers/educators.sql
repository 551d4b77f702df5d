-- The same answer as our JSON, as a stored query of Datasette: at most 20 educators, in each the
-- certificates that count, with titles and the words of the day.
WITH page AS (
  SELECT id, public_id, first_name, last_name, first_key, last_key, district_code,
    school_year
  FROM educator WHERE last_key >= :last AND last_key < :last || char(65535)
  ORDER BY last_key, first_key, public_id LIMIT 20
),
held AS (
  SELECT c.*, CASE
    WHEN c.state = 'renewed' AND c.expires_on >= date('now') THEN 'active'
    WHEN c.state <> 'active' THEN c.state
    WHEN c.valid_from > date('now') THEN 'future'
    WHEN c.expires_on >= date('now') THEN 'active'
    WHEN c.renewal_filed IS NULL THEN 'expired'
    WHEN c.renewal_filed <= c.expires_on THEN 'expired_renewal_filed'
    ELSE 'expired_filed_late' END AS status
  FROM page CROSS JOIN certificate AS c ON c.educator_id = page.id
),
weighed AS (
  SELECT *, status IN ('renewed', 'superseded') AS replaced,
    sum(status IN ('renewed', 'superseded')) OVER one AS before, count(*) OVER one AS many
  FROM held WINDOW one AS (PARTITION BY educator_id)
),
told AS (
  SELECT educator_id, before % many AS earlier, json_group_array(json_object(
    'verify', verify, 'type', type_code, 'title', title,
    'endorsements', json((
      SELECT json_group_array(json_object('code', n.code, 'title', n.title))
      FROM certificate_endorsement AS o JOIN endorsement AS n ON n.code = o.code
      WHERE o.certificate_id = counting.id)),
    'issued_on', issued_on, 'valid_from', valid_from, 'expires_on', expires_on,
    'status', status, 'status_words', CASE status
      WHEN 'active' THEN 'Active' WHEN 'future' THEN 'Begins ' || valid_from
      WHEN 'expired' THEN 'Expired ' || expires_on
      WHEN 'expired_renewal_filed' THEN
        'Expired ' || expires_on || '; renewal filed before expiry, under review'
      WHEN 'expired_filed_late' THEN
        'Expired ' || expires_on || '; application filed after expiry, under review'
      WHEN 'superseded' THEN 'Replaced' WHEN 'voided' THEN 'Void'
      ELSE upper(substr(status, 1, 1)) || substr(status, 2) END)) AS certificates
  FROM (
    SELECT w.*, t.title FROM weighed AS w
    JOIN certificate_type AS t ON t.code = w.type_code
    WHERE NOT replaced OR before = many ORDER BY expires_on DESC, w.id
  ) AS counting GROUP BY educator_id
)
SELECT page.public_id AS id, first_name, last_name,
  iif(d.key IS NULL, NULL, json_object('key', d.key, 'name', d.name)) AS district,
  iif(d.key IS NULL, NULL, school_year) AS school_year,
  ifnull(certificates, '[]') AS certificates, ifnull(earlier, 0) AS earlier
FROM page LEFT JOIN told ON told.educator_id = page.id
  LEFT JOIN district AS d ON d.key = page.district_code
ORDER BY last_key, first_key, public_id
