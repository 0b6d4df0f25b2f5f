-- postgres:
-- The words of a find stand beside it: whoever has the one has the other, and a call files one row in place of two.
alter table finds add column tokens tsvector not null default '';
-- postgres:
update finds set tokens = words.tokens from words where words.id = finds.id;
-- postgres:
drop table words;
-- postgres:
create index finds_words on finds using gin (tokens);
-- What became no order is a small part of somebody's calls; a search shows it beside the orders.
drop index requests_by_customer;
drop index requests_by_device;
create index requests_by_customer on requests (customer, order_id);
create index requests_by_device on requests (device, order_id);
-- Few orders are somebody's own; whoever asks for theirs walked through all of them.
create index orders_by_owner on orders (owner) where owner is not null;
