"""The questions of due.rs, asked of businesstimedelta: hours of work from Monday to Friday in
Shanghai, without holidays. Prints nanoseconds for one answer."""

import datetime
import random
import time

import businesstimedelta
import pytz

ZONE = pytz.timezone("Asia/Shanghai")


def workdays(opens, closes):
    return businesstimedelta.WorkDayRule(
        start_time=opens, end_time=closes, working_days=[0, 1, 2, 3, 4], tz=ZONE
    )


HOURS = businesstimedelta.Rules(
    [
        workdays(datetime.time(8, 30), datetime.time(12)),
        workdays(datetime.time(13, 30), datetime.time(17)),
    ]
)


def start():
    second = 1_199_145_600 + random.randrange(8 * 365 * 86_400)
    return datetime.datetime.fromtimestamp(second, ZONE)


def measure(name, times, ask):
    starts = [start() for _ in range(times)]
    begun = time.perf_counter_ns()
    for at in starts:
        ask(at)
    each = (time.perf_counter_ns() - begun) // times
    print(f"python businesstimedelta, {name}: {each} ns")


END = datetime.datetime.fromtimestamp(1_700_000_000, ZONE)
random.seed(1)
measure("due in 4 hours", 1000, lambda at: at + businesstimedelta.BusinessTimeDelta(HOURS, hours=4))
measure("due in 5000 hours", 3, lambda at: at + businesstimedelta.BusinessTimeDelta(HOURS, hours=5000))
measure("elapsed over years", 3, lambda at: HOURS.difference(at, END))
