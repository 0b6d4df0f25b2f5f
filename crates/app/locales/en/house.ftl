brand = baoxiu
the-house = The system
to-workbench = To the workbench
day-today = today
day-tomorrow = tomorrow
day-yesterday = yesterday
weekday-mon = Mon
weekday-tue = Tue
weekday-wed = Wed
weekday-thu = Thu
weekday-fri = Fri
weekday-sat = Sat
weekday-sun = Sun
left-minutes = {$count} min left
left-hours = {$count} h left
left-days = {$count} d left
late-minutes = {$count} min late
late-hours = {$count} h late
late-days = {$count} d late
refusal-not_found = Not found, or not within your reach
refusal-not_allowed = You may not do this
refusal-stale = Someone changed it just now; look again
refusal-stale_version = You read an older version; look again before you change it
refusal-invalid = Please check what was sent: something cannot be so
refusal-unknown = Sign in first
refusal-cross_origin = The request came from another site and was refused
refusal-too_many = Too many requests; try again in {$seconds} s
refusal-not_json = This is not valid JSON (line {$line}, column {$column})
refusal-media_type = Send it as application/json
refusal-too_large = This is too large
refusal-bad_query = The query in the address cannot be read
refusal-unreadable = What was sent cannot be read
refusal-method_not_allowed = This address does not take that kind of request
refusal-busy = Too busy just now; try again in a few seconds
refusal-timeout = It took too long; try again later
refusal-unavailable = Not available just now; try again later
refusal-fault = Something went wrong in the system
refusal-fault-detail = Something went wrong and nothing was saved. Tell the administrator the number {$number}
refusal-idempotency-other_body = This Idempotency-Key was used for something else
refusal-idempotency-bad_key = An Idempotency-Key has 1 to 200 characters
refusal-database-away = The database cannot be reached or written just now (held, full, read-only or gone); try again shortly, the log says why
refusal-database-newer = The database was made by a newer version ({$migration}); upgrade the program
wrong-missing = This is required
wrong-unknown_code = “{$value}” is not one of the known values
wrong-unknown = Not found
wrong-type = { $want ->
    [text] A text belongs here, in quotes
    [number] A number belongs here, without quotes
    [truth] true or false belongs here
    [list] A list belongs here
    [fields] An object with fields belongs here
    *[other] This is of the wrong type
}
wrong-range = Must be between {$min} and {$max}
wrong-too_long = At most {$most} characters
wrong-too_short = At least {$least} characters
wrong-day = Write the date like 2026-11-22
wrong-day-future = The date cannot lie in the future
wrong-day-too_old = The date is too long ago; check the year
wrong-time = Write the time like 2026-11-22T14:00
wrong-number = Enter a number
wrong-whole_number = Enter a whole number
wrong-decimals = At most three decimals
wrong-positive = Must be greater than zero
wrong-negative = Must not be negative
wrong-too_much = This is too much; check it
wrong-sort = It cannot be sorted by this, but by { $known }; a “-” in front turns the order round
wrong-cursor = This page marker is not valid; start from the first page
wrong-yes_or_no = Enter true or false
wrong-place = This is no place on earth
wrong-day-before_sold = Cannot be before the sale
wrong-day-before_delivered = Cannot be before the delivery
wrong-day-before_installed = Cannot be before the installation
