-- sqlite:
create view report_orders as
select o.number, o.kind, o.status, o.coverage, o.fault_level, o.fault_code, o.found_code,
       o.district, r.name as outlet, p.name as technician, o.reopened_count, o.close_reason,
       datetime(o.opened_at / 1000, 'unixepoch') as opened_at,
       datetime(o.finished_at / 1000, 'unixepoch') as finished_at,
       datetime(o.signed_at / 1000, 'unixepoch') as signed_at,
       datetime(o.closed_at / 1000, 'unixepoch') as closed_at
from orders o left join orgs r on r.id = o.outlet left join people p on p.id = o.technician;
-- postgres:
create view report_orders as
select o.number, o.kind, o.status, o.coverage, o.fault_level, o.fault_code, o.found_code,
       o.district, r.name as outlet, p.name as technician, o.reopened_count, o.close_reason,
       to_timestamp(o.opened_at / 1000.0) as opened_at,
       to_timestamp(o.finished_at / 1000.0) as finished_at,
       to_timestamp(o.signed_at / 1000.0) as signed_at,
       to_timestamp(o.closed_at / 1000.0) as closed_at
from orders o left join orgs r on r.id = o.outlet left join people p on p.id = o.technician;
-- sqlite:
create view report_promises as
select q.number as request, o.number as order_number, m.kind, m.state, m.clock, m.provisional,
       m.source, r.name as outlet,
       datetime(m.started_at / 1000, 'unixepoch') as started_at,
       datetime(m.due / 1000, 'unixepoch') as due,
       datetime(m.ended_at / 1000, 'unixepoch') as ended_at
from promises m join requests q on q.id = m.request
     left join orders o on o.id = m.order_id left join orgs r on r.id = o.outlet;
-- postgres:
create view report_promises as
select q.number as request, o.number as order_number, m.kind, m.state, m.clock, m.provisional,
       m.source, r.name as outlet,
       to_timestamp(m.started_at / 1000.0) as started_at,
       to_timestamp(m.due / 1000.0) as due,
       to_timestamp(m.ended_at / 1000.0) as ended_at
from promises m join requests q on q.id = m.request
     left join orders o on o.id = m.order_id left join orgs r on r.id = o.outlet;
-- sqlite:
create view report_callbacks as
select o.number as order_number, c.status, c.tries, c.attitude, c.quality, c.solved, c.nps,
       r.name as outlet, p.name as technician,
       datetime(c.due / 1000, 'unixepoch') as due,
       datetime(c.reached_at / 1000, 'unixepoch') as reached_at
from callbacks c join orders o on o.id = c.order_id
     left join orgs r on r.id = o.outlet left join people p on p.id = c.technician;
-- postgres:
create view report_callbacks as
select o.number as order_number, c.status, c.tries, c.attitude, c.quality, c.solved, c.nps,
       r.name as outlet, p.name as technician,
       to_timestamp(c.due / 1000.0) as due,
       to_timestamp(c.reached_at / 1000.0) as reached_at
from callbacks c join orders o on o.id = c.order_id
     left join orgs r on r.id = o.outlet left join people p on p.id = c.technician;
-- sqlite:
create view report_requests as
select q.number, q.kind, q.channel, q.status, q.coverage, q.fault_level, q.fault_code, q.district,
       datetime(q.received_at / 1000, 'unixepoch') as received_at,
       datetime(q.answered_at / 1000, 'unixepoch') as answered_at,
       datetime(q.closed_at / 1000, 'unixepoch') as closed_at
from requests q where q.kind <> 'complain';
-- postgres:
create view report_requests as
select q.number, q.kind, q.channel, q.status, q.coverage, q.fault_level, q.fault_code, q.district,
       to_timestamp(q.received_at / 1000.0) as received_at,
       to_timestamp(q.answered_at / 1000.0) as answered_at,
       to_timestamp(q.closed_at / 1000.0) as closed_at
from requests q where q.kind <> 'complain';
-- sqlite:
create view report_lines as
select o.number as order_number, 'part' as kind, l.name, l.quantity / 1000.0 as quantity,
       l.amount / 100.0 as yuan, l.pays, datetime(l.at / 1000, 'unixepoch') as at
from parts l join orders o on o.id = l.order_id
union all
select o.number, c.kind, c.remark, 1.0, c.amount / 100.0, c.pays,
       datetime(c.at / 1000, 'unixepoch')
from charges c join orders o on o.id = c.order_id;
-- postgres:
create view report_lines as
select o.number as order_number, cast('part' as text) as kind, l.name,
       l.quantity / 1000.0 as quantity, l.amount / 100.0 as yuan, l.pays,
       to_timestamp(l.at / 1000.0) as at
from parts l join orders o on o.id = l.order_id
union all
select o.number, c.kind, c.remark, 1.0, c.amount / 100.0, c.pays,
       to_timestamp(c.at / 1000.0)
from charges c join orders o on o.id = c.order_id;
