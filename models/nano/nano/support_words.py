"""What people write to a team-scheduling app about, by queue. Things and actions are split, and so
are the wordings of messages."""
from .grammar import lines, words


# Things of the product, as the subject of a fault or the object of a wish.
PARTS_OF = words("""
shift, week, month, absence, holiday, team, site, break, overtime, skill, staff, phone, web, office,
swap, training, weekend, night, project, branch
""")
VIEWS = words("""
list, view, page, calendar, table, board, counter, chart, filter, form, total, app, request
""")
OTHER_THINGS = lines("""
the roster
the time clock
the team chat
the daily report
the staffing forecast
the reminder
the printed plan
the tablet at the entrance
the search box
the name filter
the map of sites
the payroll file
the publish button
the notes field
the open shift board
the colour legend
the break timer
the drag handle
the copy week function
the sign-in sheet
""")
THINGS = [f"the {of} {part}" for of in PARTS_OF for part in VIEWS] + OTHER_THINGS

FAULTS = lines("""
{thing} [does not load|won't load|never loads]
{thing} [shows|is showing] the wrong [day|hours|names|week]
{thing} is [blank|empty|white|grey] since [the update|the last update|{day}|yesterday]
{thing} [crashes|freezes|hangs] [when I open it|every time|on my phone|after ten seconds]
{thing} [stopped working|quit working|no longer works] \
[after the update|on {day}|this morning|today]
[I get|there is|we get] an error [when I open|in|whenever we use|in the middle of] {thing}
{thing} counts [everything|each shift|breaks|the same person] twice
the app [closes|shuts|crashes] by itself when I [tap|open|scroll] {thing}
{thing} is [one hour|a day|two hours] off
nothing happens when I [tap|press|click] {thing}
{thing} [jumps|flickers|scrolls] [back|all the time|to the top]
changes to {thing} [vanish|are lost|disappear|come back] after I save
{thing} is [much too slow|terribly slow|stuck loading] since [{day}|the new version]
{thing} [shows up|appears] twice
umlauts and accents in {thing} come out as [question marks|garbage|boxes]
{thing} prints [only half a page|without the last column|upside down]
the numbers in {thing} [do not add up|are wrong|make no sense]
{thing} keeps [spinning|loading|asking me to retry]
it says saved, but {thing} is unchanged
[alerts|messages|pushes] from {thing} come \
[three times|in the middle of the night|hours late|not at all]
{thing} forgets [my settings|the filter|what I typed] [each time|after a minute|over night]
{thing} and {other_thing} [disagree|show different hours|don't match]
error code [E-{n}|{n}] in {thing}
{thing} covers the [save|back|send] button
[typing in|editing] {thing} makes the whole page [freeze|go white|reload]
{thing} sorts the names [wrongly|at random|backwards] now
I cannot [tap|scroll|close] {thing}, it [ignores|swallows] every touch
text in {thing} is cut off on [small screens|my phone|Android]
{thing} [lost|dropped|ate] [two|three|all] [entries|shifts|people]
[half|some] of {thing} is in the wrong language
{thing} [used to work|was fine] until [last week|the update|{day}], now it is broken
a strange [message|code|warning] pops up over {thing}
since [the update|{day}|yesterday] [everyone|half of us|nobody] [sees|gets|has] {thing} any more
[my|our] [tablet|phone|laptop] shows an old version of {thing}, reloading does not help
when two of us use {thing} at once, one of us loses the changes
{thing} works in [one browser|the office], but not [in the app|at home|on the phone]
the [button|link|icon] in {thing} leads to a [blank|missing|wrong] page
{thing} [says|claims] that {name} works on {day}, which is not so
I reinstalled the app [twice|yesterday], {thing} still [fails|crashes|freezes]
[time zones|summer time|midnight] [break|breaks|confuses] {thing}
we got {n} [identical|empty|wrong] messages from {thing} [last night|within an hour]
{thing} rounds {n} minutes to a full hour, that cannot be right
[the letters|the columns|the dates] in {thing} [overlap|are swapped|run over the edge]
after [midnight|the import|a swap] {thing} no longer matches [the plan|what was published]
screenshot attached: {thing} is [half empty|in pieces|unreadable]
{thing} goes back to [last week|today|page one] whenever I [scroll|save|turn the phone]
sync is broken, {thing} on my phone is from {day}
[something|anything] I type into {thing} comes out [doubled|backwards|in capitals]
{thing} ignores the filter and lists [everybody|people who left|other sites]
the sound of {thing} [does not stop|plays twice|plays at night]
why is {thing} [empty|blank|so slow|grey] [today|again|since {day}]?
{thing} gives [an error|a blank page|nothing] when I [open|save|print] it
whenever I open {thing}, [the app crashes|the screen goes blank|nothing loads]
[pressing|tapping|clicking] {thing} does nothing [any more|today|]
can you [fix|repair|look at] {thing}? It [is broken|fails|crashes]
{thing} is broken[, please fix it| again|]
there is a bug in {thing}[: it loses shifts|: it hangs|]
{thing} [failed|went down|broke] [again|on {day}|at night]
is {thing} [down|broken|offline] [right now|for everyone|today]?
where did {thing} go? It [was there|worked] [yesterday|on {day}|this morning]
what is wrong with {thing}? It [shows nothing|counts twice|hangs]
I [cannot|can't] [open|use|save] {thing} [any more|today|since the update], it [fails|hangs|crashes]
""")

ACTIONS = lines("""
copy [a week|last week|a whole month] to the next one
print [the roster|the plan|one page per team]
[hide|show] phone numbers from [colleagues|the team|other people]
[swap|trade] a shift with [a colleague|{name}|somebody from another team]
set a [minimum|maximum] of hours per [week|person|day]
[export|download] [the hours|all shifts|the plan] [to a spreadsheet|as a PDF|for payroll]
add a [break|note|task] to a shift
[turn off|mute|change] [notifications|reminders|the alerts]
see who [is off|works|is free] on {day}
mark somebody as [sick|late|on leave]
make a [template|pattern] for [night shifts|weekends|the summer]
show the plan in [two|three] languages
[connect|link] the plan with [my calendar|our till|another calendar]
[lock|freeze] a [week|month] once it is done
enter [half days|unpaid leave|public holidays]
split a shift between two people
[filter|sort|group] the list by [site|skill|team]
[assign|give] one shift to [several people|two of us|the whole team]
let people [pick|choose|bid for] shifts themselves
approve [several requests|all requests|leave] at once
write to [everyone|the whole team|the night crew] at once
[change|set] the first day of the week
use the app [without internet|on two phones|offline|on a shared tablet]
track time with [a code at the door|a tablet|the web page]
[undo|take back] [a change|a published week|a deleted shift]
find [old plans|last year's rosters|archived weeks]
add a second [site|location|branch] to the plan
limit overtime [per person|for students|in the summer]
work with [rotating shifts|split shifts|shifts past midnight]
[import|upload] [our staff list|a spreadsheet|shifts from a file]
show [birthdays|skills|the weather] in the plan
count [travel time|training|breaks] as work
plan for [volunteers|two teams|people on call]
give a colour to each [team|task|kind of shift]
tell people when their shift [changes|is published|was moved]
see my own [hours|shifts|holidays left]
[warn|stop] people who work [more than six days|two shifts] in a row
[rename|archive|delete] a [site|team|shift type]
[attach|add] a [file|photo|document] to a [request|shift]
[send|post] the roster to [our chat|everybody|the printer] [each week|by itself]
see [who changed|who opened|the history of] a [shift|week]
let [team leaders|two people] [approve|edit] [leave|swaps] while I am away
set up [double pay|extra pay|bonuses] for [holidays|nights]
plan [four days on and three off|every second weekend|by skill]
keep [students|minors|trainees] off the [night shift|late shift]
[move|carry over] [holidays|overtime] to the next year
make the [text|letters|columns] [bigger|smaller]
get a [list|report|total] of [late arrivals|sick days|hours per site]
ask people [when they are free|what they prefer|if they agree]
show [only my team|open shifts|two weeks side by side]
stop the app from [tracking where I am|sending me mails|logging breaks]
fill [a gap|an empty shift|a week] [quickly|by itself]
[open|read] {thing} on a [phone|tablet]
[share|send] {thing} [with|to] [a colleague|the team|{name}]
[hide|move|rename] {thing}
[print|save|copy] {thing} [as a file|for one team|]
fill in {thing} for [somebody else|two people]
[reset|clear|empty] {thing} each [week|month]
put {thing} on the [first page|start page|wall]
show {thing} [by team|by skill|to everyone]
get {thing} by [mail|message] each {day}
""")

ASKS = lines("""
how [do|can|could|would] [I|we|one] {action}?
is there [a|any|an easy] way to {action}?
can [I|we|you] [easily|also|already] {action}?
[is it|would it be|how is it] possible to {action}?
where [do|can] [I|we] [find|see] the setting to {action}?
[could you|can you|please] [tell me|explain|show me] how to {action}
what is the [best|easiest|quickest] way to {action}?
[I|we] [would like|want|need] to {action}, where do [I|we] start?
does the app let [me|us|people] {action}?
any [trick|tip|shortcut] to {action}?
[I|we] [cannot|could not|can't] find out how to {action}
we are trying to {action}, [is there a guide|what are the steps]?
[new here,|sorry, beginner question:|quick question:] how [to|do I] {action}
which [menu|page|button] do [I|we] need to {action}?
do [I|we] have to be [online|an expert|on a computer] to {action}?
is there a [video|manual|page] about how to {action}?
what happens if [I|we|they] {action}?
can [managers|leaders|nurses] {action}, or only [planners|bosses]?
my boss asked me to {action}. [How does that work|Where is that]?
how does [one|a beginner|a manager] {action}
[I'm|we are] looking for [an option|a setting|a button] to {action}
what do [I|we] [press|tap|open] to {action}?
who is able to {action} [and how|, and where]?
what does the [button|column|colour] for that mean, and can I {action} with it?
[hello|hi], how [would|do|can] you {action}?
[I|we] tried to {action} but do not see [where|how] that is done
[am I|are we|is everyone] allowed to {action}?
[is|isn't] there a [button|switch|menu] to {action}?
before [I|we] do it by hand: can the app {action}?
how many [clicks|steps|minutes] does it take to {action}?
do you support it if [we|I|people] want to {action}?
[explain|show|tell] me please: how to {action}
what would you [recommend|suggest|advise] to {action}?
could somebody [walk me through it|help|explain]? I need to {action}
if [I|we] wanted to {action}, what would [I|we] do first?
where do [I|we] find {thing}?
how does {thing} [work|get its numbers|help us]?
what is {thing} [for|good for|used for]?
can [I|we] [hide|move|rename|print] {thing}?
how do [I|we] [open|share|sort|clear] {thing} [on my phone|for one team|]?
[I am|we are] new: what does {thing} [show|tell us|count]?
is there a guide [to|for|about] {thing}?
where is it written how {thing} [works|is set up|is read]?
""")

BILLING = lines("""
[I was|we were|you] charged [twice|two times|double] [for {month}|this month|on my card]
[please|could you] [send|resend|email] [the|our|me the] [invoice|receipt|bill] for {month}
the [invoice|bill] [shows|lists|says] {n} [seats|users|people], [but we have|we only have] {m}
[my|our] [card|credit card|payment] was [declined|refused|rejected] [again|today|for no reason]
I [want|would like|need] [a refund|my money back|a refund for {month}]
how much [does it cost|is it|would it be] for {n} people?
what does the [yearly|annual|monthly|team|pro] plan cost?
[we want|I want|please help us] to [upgrade|downgrade|switch] to the \
[yearly|monthly|smaller|bigger] plan
[cancel|end|stop] [my|our] [subscription|plan|paid plan] [at the end of {month}|please|now]
the [discount|coupon|promo code] [was not applied|does not work|is missing from the bill]
our [VAT number|tax number|company address] [is missing on|is wrong on|should be on] the invoice
why did the price [go up|rise|change] [in {month}|from ${n} to ${m}]?
can we pay by [bank transfer|invoice|direct debit|cheque]?
I [updated|changed|replaced] [my card|the card], \
[will you charge it again|but the payment still failed]
we need a [quote|price|offer] for {n} [seats|users|licences]
do you have a [discount|special price] for [charities|schools|non-profits|small teams]?
[the amount|the total|the sum] on the invoice is wrong, it should be ${m}
when [is|will] the next payment [due|be taken|be collected]?
a charge of ${n} on my [card|bank statement] that I do not [know|recognise]
your [purchase order|order] number must be on the [invoice|bill], ours is PO-{n}
we paid invoice {n} already, [but got a reminder|why do you remind us|still it says overdue]
[is|are] [tax|VAT|sales tax] included in the price?
the trial [ended|is over], [how do I pay|what will I be charged|which plan is cheapest]?
please [issue|send] a credit note for [invoice {n}|the {m} seats we do not use]
what is the [price|fee|cost] [per seat|per person|of an extra site]?
my accountant needs [all receipts|the bills|every invoice] of last year
we are [tax exempt|a charity], please take the tax off the [bill|invoice]
who do we write to about a late [payment|invoice]?
the [currency|amount in euros] on the bill is wrong
do I pay for people who [left|are archived|work one day a month]?
[renewal|the yearly renewal] was taken although we had cancelled
are setup [fees|costs] [charged|billed] [once|per site]?
[my boss|our accountant|finance] [asks|wants to know] why we pay ${n} [a month|this month]
you [took|collected|withdrew] the money [too early|twice|from the wrong account]
we would like to [pause|stop|end] paying [over the winter|for two months|from {month} on]
the [IBAN|bank details|payment reference] on your [invoice|letter], \
[is it right|is it new|can you confirm it]?
please [correct|change] the [company name|billing address|date] on [the invoice|invoice {n}]
[which|what] plan is [right|cheapest|best] for {n} people?
is the [first month|trial|kiosk] free of charge?
I did not [order|agree to] the [extra seats|pro plan|upgrade], please take it off [the bill|my card]
the card on file [has expired|is stolen|belongs to {name}], how do we pay now?
[what happens to|do we get back] the rest of the [year|money] if we [cancel|downgrade] now?
our [purchase|procurement] department needs your [tax form|bank details|price list]
a [fee|surcharge|late fee] of ${n}? [For what|Nobody told us|Please explain]!
we have paid for {n} licences and use {m}
[refund|money back] please
can I pay [for two years|in dollars|by two cards|in cash]?
the payment page [does not take|refuses] our [card|bank]
has our [payment|transfer] of ${n} [arrived|come in|been booked]?
no invoice came [in {month}|this time|since {month}], where do I find it?
is {thing} [part of|included in] the [basic|pro|team|free] plan[, or is it extra|]?
[how much|what] does {thing} cost [a month|per year|on top]?
[is|will] there [be|] [a fee|an extra charge|a surcharge] for {thing}?
we [pay|were charged] for {thing} but [never ordered it|do not use it]
please take {thing} off [our plan|the bill|our invoice]
will the price [change|go up] if we [add|drop] {thing}?
[which|what] plan do we have to [buy|pay for] to get {thing}?
""")

ACCOUNT = lines("""
[I can't|I cannot|unable to|can't] [log in|sign in|get in] \
[since {day}|any more|today|with the new phone]
[I forgot|forgot|lost] my password [and the reset mail never came||, please help]
the [reset|activation|confirmation] [link|mail] [has expired|never arrives|does not come]
please [change|update] my [email|email address|phone number|name] \
[to the new one|, the old one is gone|]
please [delete|close|remove] my [account|profile] [and all my data||for good]
[make|please make] {name} [an admin|a manager|the owner] [of our workspace||instead of me]
[remove|take out] {name} from [our|the] workspace, [she|he] [left|has left|no longer works here]
the [sms|login|security] code [never comes|is always wrong|goes to my old number]
I am locked out [of my account|after too many tries|since {day}]
[somebody|someone] else [logged in to|is using|got into] my [account|profile]
the invitation [expired|was declined by mistake|went to the wrong address], please send it again
I have two [accounts|profiles], can you [merge|join] them?
I need [admin|manager|owner] rights [for our workspace|to add people|since {name} left]
[my|the] name is spelled wrong in my profile, it should be {name}
we want to [log in|sign in] with [our company login|single sign-on|Google]
please [transfer|move|hand over] the ownership of the workspace to {name}
[please|could you] add {name} to our [workspace|team] as a [member|manager|guest]
how do I [reset|change] my password?
I [lost|changed|broke] my phone with the authenticator, how do I get in?
log out all [other devices|sessions], my [laptop|phone] was stolen
what [personal data|data] do you keep about me? I want a copy
I want to leave the workspace of my [old|former] [job|company]
our company has a new name, please rename the workspace
it says [my account|my profile] is [disabled|blocked|suspended]
the app wants a workspace code that I do not have
[reactivate|restore|bring back] my [old account|deleted profile] please
my email changed and now I cannot [log in|confirm it|get the code]
{name} should only [see|read], not edit: please change [her|his] role
I signed up with the wrong [address|email]
[face login|fingerprint login] is gone and I do not know my password
take my [photo|birthday|phone number] out of [my profile|your records]
who is the [owner|admin] of our workspace? I need [access|rights]
[I|we] [get|see] the data of [another company|strangers] when [I|we] log in
{name} [cannot|can't] [get in|log in|accept the invitation] \
[any more|since {day}|with the new address]
my [boss|manager] removed me by [mistake|accident], please let me back in
erase everything you have about [me|my daughter|{name}] [according to the law|and confirm it|please]
who can see my [birthday|address|phone number], and how do I [hide|remove] it?
I have a new [surname|number|email], [the profile still shows the old one|please update it]
[deactivate|suspend] my profile [for three months|until {month}] but do not delete it
is this mail asking for my password really from you?
our new [colleague|manager] {name} needs [access|a login|an invitation]
password reset says [my address is unknown|no such user], but I use it every day
the verification [mail|link|text] [never arrived|leads nowhere|came too late]
[I was|my colleague was] [logged out|kicked out|thrown out] and cannot come back
please [take back|undo] the deletion of our workspace
I registered [twice|with my private address], [delete|remove] the [second|wrong] one
[two-step login|the code app] is [on|required], but I have no [smartphone|number there]
change my role [back to manager|to planner|to guest], {name} [did it by mistake|asked for it]
the login page [says|keeps saying] wrong password, and I am sure it is right
which [email|address|name] is my account under?
my [role|login|profile] has no [access|rights] to {thing}, please [change|fix] that
please [give|grant] {name} [access|rights] to {thing}
[take|remove] the [access|rights] of {name} to {thing}, [she|he] has left
since my [email|role|number] changed I am [locked out of|not let into] {thing}
I need [a login|a password|an account] for {thing}
it asks me for a password to [open|see] {thing}, which one?
""")

OPENINGS = lines("""
Hi,
Hello,
Good morning,
Hi there,
Dear team,
Hey,
Good evening,
Hello support,
Quick question:
Sorry to bother you,
Morning all,
To whom it may concern:
""")
CLOSINGS = lines("""
Thanks!
Thank you, {name}
Best, {name}
Regards, {name}
Please help.
Thanks in advance.
{name}
Kind regards, {name}
Cheers
It is urgent.
Many thanks, {name}
Any help is welcome.
""")
FILLERS = lines("""
We are a [small|large] [bakery|clinic|hotel|shop|museum] with {n} people.
I have asked [twice|before] already.
I use [an iPhone|Android|Windows|a Mac].
{name} told me to write to you.
We have used the app for [a year|two months].
I am [a manager|a nurse|new|the planner] here.
It is the third time this week.
We open at [six|seven|eight] tomorrow.
I looked in the help pages.
My colleague {name} has the same question.
We plan for {n} people in [two|three] places.
It would save us a lot of time.
""")
