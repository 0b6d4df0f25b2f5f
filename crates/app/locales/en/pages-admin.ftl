wrong-login-letters = Letters, digits and . _ - @ only, at most {$most}
wrong-unknown_choice = Please choose one of those listed
wrong-role-taken = Another role has that code
wrong-role-no_act = A role needs at least one right
wrong-certificate-twice = The same certificate stands there twice
wrong-absence-too_long = An absence lasts at most {$most} days
wrong-holidays-not_json = Line {$line}, column {$column} cannot be read; paste the whole JSON
wrong-holidays-wrong = Something is wrong with the holidays: “{$value}”
wrong-holidays-no_year = It names no year
refusal-pack-broken_calendar = A calendar of the newer pack cannot be computed; nothing was loaded
event-account-rules_set = set the rules for passwords and sessions: {$profile}, {$minutes} min idle
event-account-keys_revoked = ended all sessions and tokens
event-account-second_factor_dropped = turned the second factor off for them
event-role-dropped = dropped the role {$name}
event-company-changed = changed the company settings: {$name}
event-company-holidays_added = loaded the public holidays of {$years}
event-pack-loaded = loaded the pack {$pack} {$version}: {$added} added, {$changed} changed, {$removed} removed
tab-settings = Company
tab-roles = Roles
tab-packs = Industry pack
tab-faults = Fault codes
tab-calendars = Calendars
tab-security = Security
tab-events = Event log
tab-system = System
event-log-exported = exported { $count ->
    [one] 1 row
   *[other] {$count} rows
} of the event log
event-log-verified = verified the event log up to {$place}
event-job-retried = let a job be tried again
