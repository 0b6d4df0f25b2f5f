-- What is not finished is a few hundred among a hundred thousand, and whoever works asks for it all day, what
-- is due first on top: it stands by itself. Queries say the same condition in the same words.
create index orders_open on orders (coalesce(due, 9223372036854775807), id)
    where status not in ('closed', 'cancelled');
create index callbacks_open on callbacks (due, id) where status in ('due', 'tried');
