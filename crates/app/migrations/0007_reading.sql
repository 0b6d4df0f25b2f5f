-- What lists are sorted by, in the words in which they ask for it, so that the last page is as
-- quick as the first; and what lies at one place in one state, which is what dispatchers count.
drop index orders_by_due;
create index orders_due_first on orders (coalesce(due, 9223372036854775807), id);
create index orders_due_last on orders (coalesce(due, 0), id);
create index orders_by_number on orders (number, id);
create index orders_at on orders (path, status, opened_at);
create index requests_by_device on requests (device);
create index notices_unread on notices (person) where read_at is null;
create index callbacks_by_due on callbacks (due, id);
create index callbacks_at on callbacks (path, due, id);
create index callbacks_of on callbacks (technician, due, id);
create index keys_by_end on keys (expires_at);
