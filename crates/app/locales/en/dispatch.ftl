why-in-time = keeps the promise
why-late = {$promise} will be {$time} late
why-delays = {$number} begins {$time} later, still inside its window
why-breaks = {$number} will be {$time} past its window
why-unwished = not the time the customer wishes
why-comes-from = comes from {$number}
why-knows-device = has been at this device before
why-jobs = { $count ->
    [0] no other jobs that day
    [one] 1 job that day
   *[other] {$count} jobs that day
}
why-no-certificate = has no certificate {$name}
why-certificate-ended = certificate {$name} was good until {$day}
why-absent = absent until {$until}
why-off-duty = has no shift in these days
why-full = no gap is long enough until {$day}
why-too-far = has a gap, but is {$time} short of getting there and done
way-road = {$km} km
way-same-district = same district
way-districts = about {$km} km
way-minutes = about {$count} min
