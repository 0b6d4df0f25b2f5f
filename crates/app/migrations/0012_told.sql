-- What an order's events tell of the repair itself: a list of units asks it of every order of each of
-- them, and of the dozen events of an order one or two are among these.
create index events_of_repairs on events (subject, seq)
    where kind in ('order.arrived', 'order.suspended', 'order.resumed', 'order.part_added',
                   'order.line_removed');
