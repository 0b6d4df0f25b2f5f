intake-who = Who
intake-find = Phone, name, address, serial, or a whole pasted line
intake-find-hint = Name, pinyin initials, end of the phone, address, serial, or a whole pasted line; Enter takes the first row
intake-nobody = Nobody on file was found
intake-new-customer = New customer
intake-another = Somebody else
intake-other-contact = Ask for somebody else, or call another number this time
intake-contact-phone = Phone this time
intake-same-phone = This phone is on file: {$name}
intake-take-them = That is who it is
intake-address-example = Jinji Road 789, Building 2, 1203, Xiangzhou, Zhuhai
intake-what = Which device, what is wrong
intake-no-device = No device, or not known
intake-new-device = Another one
intake-new-user = It changed hands: the device is theirs now
intake-buyer-differs = Somebody else bought it, or there is a warranty card
intake-buyer = Buyer
intake-buyer-phone = Buyer's phone
intake-words = In the customer's words
intake-words-example = The outdoor unit is noisy and cools less than before
intake-level-by-fault = As the fault says
intake-wish = Wished day
intake-wish-part = Part of the day
part-any = Any
part-morning = Morning
part-afternoon = Afternoon
part-evening = Evening
unknown = Not known
masked = masked
intake-fault-unknown = Cannot say
intake-more-faults = {$count} more
intake-faults-need-category = Pick a device or a category, and its usual faults appear here
intake-told = To tell the customer
intake-no-promise = No time is promised
intake-who-comes = Who comes
intake-cost = Cost
intake-complaint = Complaints go to the supervisors; the outlet does not see them
intake-running = An order is under way for this: {$kind}
intake-last = {$kind} done {$day}
intake-repeat = The same fault within 30 days counts as a repeat
intake-make-order = Make the order
intake-file = File it
intake-answer-now = Answer now, send nobody
intake-answer = What was answered
intake-answer-file = Note the answer and close
told-first_contact = First contact
told-arrangement = Visit arranged
told-arrival = Arrival
told-repair = Repaired
told-reply = Reply
told-appointment = Appointment
told-callback = Callback
provisional = next year's holidays are not published yet, it may move
source-own = house rule
source-of = document {$document}
amount-min = {$count} min
amount-h = { $count ->
    [one] 1 hour
   *[other] {$count} hours
 }
amount-wd = { $count ->
    [one] 1 working day
   *[other] {$count} working days
 }
amount-d = { $count ->
    [one] 1 day
   *[other] {$count} days
 }
request-filed = Filed
read-aloud = Read to the customer
next-call = Next call
open-order = Open the order
open-request = Open the request
aloud-number = Your number is {$number}.
aloud-answered = Your question has been answered, nothing else is to be done.
aloud-outlet = {$outlet} will look after you.
aloud-first_contact = Somebody will contact you before {$time}.
aloud-arrangement = Who comes and when will be arranged with you before {$time}.
aloud-arrival = Somebody will be there before {$time}.
aloud-repair = It will be repaired before {$time}; should a part be missing you will be told.
aloud-appointment = The agreed time is {$time}.
aloud-callback = You will be called back before {$time}.
aloud-reply = You will have a reply before {$time}.
aloud-coverage-free = Cost: under warranty, free.
aloud-coverage-cost_price = Cost: at cost price.
aloud-coverage-full_price = Cost: out of warranty, at list price; you are told the price first and nothing is done without your yes.
aloud-coverage-refuse = Cost: this is not covered by our service.
aloud-coverage-unknown = Cost: to be told once the proof of purchase was seen; nothing is charged without your yes.
field-wanted-from = Wished day
field-fault-text = In the customer's words
field-device-code = Fault
field-buyer-name = Buyer
