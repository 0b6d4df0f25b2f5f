board-pool = {$count} in the pool to route
board-waiting = Waiting
board-waiting-count = Waiting: {$count}
board-by-due = what is due first on top
board-none = Nothing waits to be assigned
board-none-what = New orders appear here.
board-nobody = This outlet has no technician yet
board-nobody-what = Add technicians and their certificates under Outlets & people.
board-seeking = Assigning
board-press-a-window = Press a dashed window to send somebody
board-nobody-free = Nobody is free that day; try another
board-day = Day
board-day-before = The day before
board-day-after = The day after
board-load = {$count ->
    [one] 1 job
   *[other] {$count} jobs
} · {$hours} h
board-away = {$reason}, until {$until}
board-no-shift = Day off
board-give = Send {$time}
board-all-orders = All orders
board-nothing-to-do = Nothing planned that day
board-skills = Categories and certificates
board-expired = expired {$day}
board-no-end = no end
board-no-certificates = No certificates on file
