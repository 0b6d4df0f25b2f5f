why-full = no free time in these days
why-knows-device = has been at this device before
why-jobs = {$count} jobs that day
