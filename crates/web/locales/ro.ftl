# Română. Cheile și variabilele sunt cele din en.ftl; termenii sunt cei din numele indicatorilor.

## Numbers and dates

percent = { $number } %
percent-range = { $low }–{ $high } %
duration-range = { $low } – { $high }
points = { $number } p.p.
duration-d = { $number } z
duration-h = { $number } h
duration-m = { $number } min
duration-s = { $number } s
date = { $day } { $month } { $year }
date-short = { $day } { $month }
instant = { $date }, { $time }
month-1 = ian.
month-2 = feb.
month-3 = mar.
month-4 = apr.
month-5 = mai
month-6 = iun.
month-7 = iul.
month-8 = aug.
month-9 = sept.
month-10 = oct.
month-11 = nov.
month-12 = dec.
weekday-1 = lun.
weekday-2 = mar.
weekday-3 = mie.
weekday-4 = joi
weekday-5 = vin.
weekday-6 = sâm.
weekday-7 = dum.

## Glue: how parts are put together

list-separator = { ", " }
in-brackets = { $text } ({ $more })
in-place = { $name }: { $value }
left-label = { $label }: { $text }
none = (fără)

## The board

compared-weekdays =
    { $count ->
        [one] { $from } – { $to }, comparativ cu { $before-from } – { $before-to } (aceleași zile ale săptămânii, cu o zi mai devreme)
        [few] { $from } – { $to }, comparativ cu { $before-from } – { $before-to } (aceleași zile ale săptămânii, cu { $shown } zile mai devreme)
       *[other] { $from } – { $to }, comparativ cu { $before-from } – { $before-to } (aceleași zile ale săptămânii, cu { $shown } de zile mai devreme)
    }
compared-previous = { $from } – { $to }, comparativ cu { $before-from } – { $before-to } (perioada precedentă)
compared-year = { $from } – { $to }, comparativ cu { $before-from } – { $before-to } (cu un an mai devreme)
compared-elapsed = { $from } – { $to }, comparativ cu { $before-from } – { $before-to } (aceeași parte scursă a perioadei precedente)
compared-range = { $from } – { $to }, comparativ cu { $before-from } – { $before-to }
compared-none = { $from } – { $to }
compared-and = { $text }; { $more }
compared-lengths =
    { $count ->
        [one] o zi față de { $before }
        [few] { $shown } zile față de { $before }
       *[other] { $shown } de zile față de { $before }
    }
change-range = { $low } … { $high }
page-title = { $title }: { $from } – { $to }
skip = Salt la indicatori
as-of = date la { $at }
section-cards = Indicatori
section-changed = Ce s-a schimbat
section-movers = Agenții ale căror valori s-au schimbat cel mai mult
movers-note = Fiecare schimbare este deosebită de întâmplare pentru sine; dintre mulți agenți, la unul sau doi așa ceva apare și întâmplător.
movers-all = Toți agenții
section-trends = Zi de zi
section-channels = Pe canale
section-parts = Ținte pentru grupuri
section-notes = Pe ce se bazează cifrele
region-channels = Indicatori pe canale
numbers = Valori
before = anterior { $value }
no-clear-change = nesemnificativ
no-change = fără schimbare
n-values = n { $shown }
interval-words = 95 %: { $interval }
too-few = prea puține date pentru o concluzie
few-values = puține date
few = puține
other = altele
where = unde { $filter }

column-kpi = Indicator
column-value = valoare
column-before = anterior
column-change = variație
column-change-interval = 95 % al schimbării
column-target = țintă
column-n = n
column-part = parte
column-mix = prin pondere
column-rate = prin sine
column-where = unde
column-day = zi
column-stat = statistică
column-variant = variantă
column-period = perioadă
column-interval = interval 95 %
column-counting = contorizate
column-running = în curs
column-provisional = provizorii
column-excluded = excluse
partial = parțial

verdict-better = mai bine
verdict-worse = mai rău
verdict-same = neschimbat
verdict-neutral = schimbat
band-excellent = excelent
band-good = bine
band-satisfactory = satisfăcător
band-poor = slab

## What changed, and what moved a number

changed-since = din { $day }: { $note }
changed-how =
    { $count ->
        [one] Din { $shown } parte privită ({ $names }): ce nu se explică prin întâmplare, întâi ce e mai rău, cele mai sigure primele.
        [few] Din { $shown } părți privite ({ $names }): cele a căror schimbare proprie nu se explică prin întâmplare între atâtea, întâi ce e mai rău, cele mai sigure primele.
       *[other] Din { $shown } de părți privite ({ $names }): cele a căror schimbare proprie nu se explică prin întâmplare între atâtea, întâi ce e mai rău, cele mai sigure primele.
    }
changed-nothing =
    { $count ->
        [one] Din { $shown } parte privită ({ $names }), niciuna nu s-a schimbat mai mult decât explică întâmplarea.
        [few] Din { $shown } părți privite ({ $names }), niciuna nu s-a schimbat mai mult decât explică întâmplarea între atâtea.
       *[other] Din { $shown } de părți privite ({ $names }), niciuna nu s-a schimbat mai mult decât explică întâmplarea între atâtea.
    }
drivers-title = Ce l-a mișcat: { $before } înainte, { $now } acum ({ $change })
drivers-parts = După { $name }: părți care însumate dau diferența
drivers-mix = După { $name }: părți care însumate dau diferența; { $mix } pentru că s-au schimbat ponderile, { $rate } pentru că s-au schimbat părțile însele
drivers-repeats = După { $name }: un rând stă în mai multe părți, deci acestea nu însumează diferența
drivers-own = După { $name }: fiecare cu schimbarea proprie, care nu însumează diferența
drivers-more =
    { $count ->
        [one] și încă { $shown }
        [few] și încă { $shown }
       *[other] și încă { $shown }
    }

## Pictures

chart-by-channel = { $metric } pe canale
chart-by-age = { $metric } după vechime
age-upto = până la { $upto }
age-between = de la { $over } la { $upto }
age-over = peste { $over }
chart-median-p90 = { $metric }: mediana și percentila 90
chart-arrivals = { $metric } pe zile ale săptămânii și ore
chart-arrivals-text = Valori pe zile ale săptămânii și ore, { $from } – { $to }; cea mai mare este { $most } ({ $weekday }, de la { $hour }).
chart-spread = { $metric }: distribuție, n { $shown }
chart-spread-text = Valori: { $shown }; cele mai multe, { $most }, sunt { $class }.
chart-within = { $value } în cel mult { $bound } (95 %: { $interval }), n { $shown }
chart-bars-text = Bare suprapuse, { $from } – { $to }; cea mai mare valoare zilnică este { $most }.
chart-lines-text = { $from } – { $to }: minimum { $low }, maximum { $high }, ultima valoare { $last }.
chart-no-values = Nicio valoare.
series-p90 = percentila 90
series-now = perioada curentă
series-before = perioada anterioară
series-target = țintă: { $band }, { $value }

## Under the table: what was left out, and which data it was

left-running =
    { $count ->
        [one] { $shown } încă în curs
        [few] { $shown } încă în curs
       *[other] { $shown } încă în curs
    }
left-provisional =
    { $count ->
        [one] { $shown } provizoriu
        [few] { $shown } provizorii
       *[other] { $shown } provizorii
    }
left-excluded = excluse: { $reasons }
left-reason = { $reason } { $shown }
left-reasons = excluse: { $reasons } (numărul pe motive cu --format json)
profile-line = profilul { $profile } la data de { $date }, revizia { $revision }
profile-canonical = calculate canonic: { $metrics }
credited = agenții sunt creditați după modelul { $model }: { $names }
data-line = instantaneul { $snapshot } · acum { $now } · { $zone }
data-line-dated = instantaneul { $snapshot } din { $made } · acum { $now } · { $zone }

## Statistics, clocks, why there is no number, why a row was left out

stat-mean = medie
stat-median = mediană
stat-p90 = percentila 90
stat-p95 = percentila 95
stat-min = minim
stat-max = maxim
stat-sum = sumă
stat-km_median = mediană Kaplan–Meier
stat-km_p90 = percentila 90 Kaplan–Meier
stat-share = pondere
stat-within = pondere în țintă
stat-within-bound = pondere în { $bound }
clock-calendar = timp calendaristic
clock-business = program de lucru

null-no_data = fără date
null-no_schedule = fără program de lucru
null-not_applicable = nu se aplică
null-running = în curs
null-not_reached = neatins
null-suppressed = ascuns
null-unknown = necunoscut

reason-abandoned = abandonate de client
reason-abandoned_early = abandonate imediat
reason-answered_elsewhere = răspuns din afara aplicației
reason-answered_by_bot = a răspuns un bot
reason-bot_only = doar bot
reason-callback = cerere de revenire
reason-campaign = campanie
reason-cancelled = anulate
reason-decided_earlier = decise mai devreme
reason-deleted = șterse
reason-ended = încheiate de sistem
reason-follow_up = aceeași problemă din nou
reason-merged = comasate
reason-never_assigned = nealocate niciodată
reason-no_answered_wait = nicio așteptare cu răspuns
reason-no_length = termen fără durată
reason-no_reason = fără motiv notat
reason-no_response = fără răspuns
reason-no_value = fără valoare
reason-not_applicable = neaplicabile
reason-not_scored = fără scor
reason-nothing_critical = fără criterii critice
reason-outside_hours = în afara programului
reason-overflow = trecute în altă coadă
reason-proactive = inițiate de noi
reason-removed = eliminate
reason-reopened = redeschise
reason-resolved_early = rezolvate mai devreme
reason-resolved_without_reply = rezolvate fără răspuns
reason-short_abandon = abandon scurt
reason-spam = spam
reason-unanswered = fără răspuns
reason-unassigned = nealocat
reason-voicemail = mesaj vocal
reason-zero_touch = fără intervenție umană

## Dimensions

dimension-channel = canal
dimension-brand = marcă
dimension-team = echipă
dimension-agent = agent
dimension-priority = prioritate
dimension-reason = motivul contactului
dimension-tag = etichetă
dimension-language = limbă
dimension-segment = segment
dimension-customer_kind = tip de client
dimension-origin = inițiator
dimension-hour = oră
dimension-weekday = ziua săptămânii
dimension-policy = politică SLA
dimension-target = țintă SLA
dimension-state = la cine se așteaptă
dimension-assigned = alocat
dimension-resolver = rezolvat de
dimension-queue = coadă
dimension-survey = sondaj
dimension-scorecard = fișă de evaluare
dimension-category = criteriu
dimension-reviewer = evaluator

## The list of KPIs

list-profile = profil
list-as_of = la data de
list-kpis = indicatori
list-metric = indicator
list-name = nume
list-area = domeniu
list-unit = unitate
list-better = mai bine
list-variants = variante
list-preset = set
list-source = sursa
list-year = anul
area-backlog = tichete deschise
area-commerce = comerț
area-outcome = rezultat
area-phone = telefon și chat
area-quality = calitate
area-sla = SLA
area-speed = viteză
area-survey = sondaje
area-volume = volum
area-work = activitate
area-own = propriu
unit-seconds = secunde
unit-count = număr
unit-share = pondere
unit-points = puncte
unit-score = notă
unit-money = bani
good-low = mai mic
good-high = mai mare
good-none = neutru

## A KPI in words

show-profiles = Cum calculează alții
show-same = Calculat la fel ca aici
show-unknown = Necunoscut
show-variant = Varianta { $name }
show-why_it_matters = De ce contează
show-pitfalls = La ce să fiți atenți
show-sources = Surse
formula-value = Valoarea `{ $value }` ({ $stat }) pe rândurile din `{ $table }`{ $where }, cu data din `{ $dated }`.
formula-share = Dintre rândurile din `{ $table }`, ponderea celor cu `{ $counting }`{ $where }, cu data din `{ $dated }`.
formula-share-of = Dintre rândurile din `{ $table }` cu `{ $out-of }`, ponderea celor cu `{ $counting }`{ $where }, cu data din `{ $dated }`.
formula-count = Numărul de rânduri din `{ $table }`{ $where }, cu data din `{ $dated }`.
formula-distinct = Numărul de `{ $column }` diferite din `{ $table }`{ $where }, cu data din `{ $dated }`.
formula-sum = Suma `{ $sum }` pe rândurile din `{ $table }`{ $where }, cu data din `{ $dated }`.
formula-stock = Rândurile din `{ $table }` aflate în stoc la un moment dat: intrate la `{ $entered }`, încă neieșite la `{ $left }`{ $where }, cu data din `{ $dated }`.
formula-ages = Vechimea ({ $stat }), socotită de la `{ $since }`, a rândurilor din `{ $table }` aflate în stoc la un moment dat: intrate la `{ $entered }`, încă neieșite la `{ $left }`{ $where }, cu data din `{ $dated }`.
formula-kept = Dintre valorile diferite `{ $kept }` cu un rând din `{ $table }` în stoc la începutul perioadei, ponderea celor care au unul și la sfârșit: intrate la `{ $entered }`, încă neieșite la `{ $left }`{ $where }, cu data din `{ $dated }`.
formula-overlap = Duratele rândurilor din `{ $table }`, de la `{ $entered }` la `{ $left }`, împărțite la timpul în care `{ $of }` are cel puțin unul{ $where }, cu data din `{ $dated }`.
formula-agreement = Alfa lui Krippendorff pentru `{ $value }`, după abaterile `{ $spread }` de la ce au dat alții pentru același lucru, din rândurile `{ $table }`{ $where }, cu data din `{ $dated }`.
formula-per = Se împarte la următorul număr. { $per }
formula-per-days = Se împarte la ritmul din ultimele zile întregi ({ $days }). { $per }
formula-points = Ponderea rândurilor din `{ $table }` cu `{ $plus }` minus ponderea celor cu `{ $minus }`, în puncte{ $where }, cu data din `{ $dated }`.
formula-where = { "" }, unde `{ $filter }`
formula-weight = Fiecare rând cântărește cât `{ $weight }`.
formula-alike = Nu există valoare dacă rândurile diferă la `{ $alike }`.
formula-window = Rândurile a căror fereastră `{ $window }` nu s-a încheiat sunt provizorii și nu se iau în calcul.
formula-running = Rândurile încă nedecise sunt numărate ca fiind în curs și nu se iau în calcul.

## An explanation

explain-title = { $metric } ({ $id }, revizia { $revision })
explain-variant = { $id }, varianta { $variant }
explain-formula = Formula
explain-parameters = Parametri
explain-population = Selecția rândurilor
explain-distribution = Distribuție
explain-largest = Cele mai mari valori
explain-newest = Cele mai recente cazuri
explain-step = pas
explain-rows = rânduri
explain-case = caz
explain-dated = data
explain-left-out = exclus
funnel-table = rânduri din { $table }, din toată perioada
funnel-own = ale indicatorului, în perioada aleasă
funnel-excluded = - excluse: { $reason }
funnel-running = - încă în curs
funnel-provisional = - provizorii: fereastra nu s-a încheiat
funnel-pending = - încă fără dată: în curs
funnel-without-value = - fără valoare sau în afara numitorului
funnel-counted = = contorizate
case-title = { $metric }: { $id }
case-no-row = Niciun rând al acestui indicator: fie niciunul nu trece de filtrul de bază, fie nu există.
case-became = Ce s-a contorizat
case-not-dated = fără dată
case-counted = contorizat
case-left-out = exclus: { $reason }
case-intervals = Intervale, în timp calendaristic și în programul de lucru
case-seconds = { $exact } ({ $seconds } s)
case-row = Rândul { $index } din { $table }
interval-start = început
interval-end = sfârșit
interval-part = din care: { $turn }
interval-together =
    { $count ->
        [one] { $shown } contorizat în total
        [few] { $shown } contorizate în total
       *[other] { $shown } contorizate în total
    }
turn-us = la noi
turn-customer = la client
turn-third_party = la terți
turn-resolved = rezolvat
turn-removed = eliminat

## Data quality

quality-found =
    { $count ->
        [one] o constatare, grave: { $serious }
        [few] { $shown } constatări, grave: { $serious }
       *[other] { $shown } de constatări, grave: { $serious }
    }
quality-distorts = denaturează: { $text }
quality-do = ce este de făcut: { $text }
quality-by = de câte ori: { $text }
quality-examples = exemple: { $text }
quality-share = { $count } din { $of }, { $base } ({ $share })
quality-import = importul { $import } { $name }
quality-serious = datele au probleme grave ({ $codes }): vezi `deskgauge data-quality`
quality-of-events = evenimente
quality-of-agent_events = evenimente ale agenților
quality-of-conversations = conversații
quality-of-orders = comenzi
quality-of-surveys = sondaje
quality-of-agents = agenți
quality-of-calls = intervale de apel
quality-of-rows = rânduri importate
quality-before_creation = evenimente dinaintea creării conversației
quality-before_creation-do = comparați ceasurile surselor; astfel de evenimente sunt socotite la momentul creării, deci așteptările ies prea scurte
quality-after_import = evenimente de după momentul importului lor
quality-after_import-do = căutați un fus orar sau un an greșit în sursă, corectați și importați din nou
quality-at_midnight = evenimente exact la miezul nopții locale
quality-at_midnight-do = sursa dă probabil date fără oră: exportați cu oră sau nu vă bazați pe durate
quality-no_opened = conversații fără deschidere
quality-no_opened-do = importați și deschiderile sau începeți exportul mai devreme; până atunci primul eveniment este socotit drept creare
quality-opened_twice = conversații deschise de mai multe ori
quality-opened_twice-do = dați fiecărei conversații o singură deschidere; prima este cea socotită
quality-conflicting_revision = evenimente cu același id și conținut diferit
quality-conflicting_revision-do = dați corecturilor o `revision` mai mare și evenimentelor diferite id-uri diferite; până atunci este socotit unul dintre ele
quality-no_actor = evenimente ale agenților fără nume
quality-no_actor-do = asociați coloana care spune cine a făcut-o; cifrele pe agent le omit
quality-two_roles = persoane care apar și drept client, și drept agent
quality-two_roles-do = verificați cum distinge sursa rolurile; un răspuns al unui agent care arată a client nu încheie nicio așteptare
quality-unknown_role = agenți fără rol, deși alții au unul
quality-unknown_role-do = importați câte un eveniment `agent` cu rolul fiecăruia
quality-no_customer = conversații fără client
quality-no_customer-do = asociați coloana clientului; fără ea nu se știe nimic despre contacte repetate și vânzări
quality-no_channel = conversații fără canal
quality-no_channel-do = asociați coloana canalului; țintele pe canal le ignoră
quality-overlapping_calls = apeluri ale aceluiași agent care se suprapun
quality-overlapping_calls-do = căutați evenimente `ended` lipsă sau întârziate; timpul ambelor apeluri este socotit ca muncă
quality-unsent_survey = răspunsuri la sondaje netrimise
quality-unsent_survey-do = importați și trimiterile; scorurile socotesc aceste răspunsuri, ratele de răspuns nu
quality-unknown_order = modificări ale unor comenzi necunoscute
quality-unknown_order-do = importați comenzile propriu-zise, începând cu o zi mai devreme
quality-ordered_twice = comenzi plasate de două ori
quality-ordered_twice-do = dați fiecărei comenzi un singur eveniment `order`; modificările sunt `order_changed`
quality-merged_into_unknown = îmbinări în conversații necunoscute
quality-merged_into_unknown-do = importați conversațiile în care au fost îmbinate
quality-merged_into_nothing = îmbinări care nu numesc nicio conversație
quality-merged_into_nothing-do = asociați `into`, conversația în care a fost îmbinată
quality-unknown_policy = politici SLA care nu sunt în reguli
quality-unknown_policy-do = adăugați politica în deskgauge.toml și rulați `deskgauge rebuild`
quality-unknown_schedule = programe care nu sunt în reguli
quality-unknown_schedule-do = adăugați programul în deskgauge.toml și rulați `deskgauge rebuild`
quality-unreadable_due_at = termene care nu pot fi citite
quality-unreadable_due_at-do = scrieți-le ca RFC 3339 cu decalaj
quality-unknown_field = câmpuri nedeclarate
quality-unknown_field-do = declarați-le la [fields] în deskgauge.toml sau lăsați-le
quality-unreadable_field = valori care nu se potrivesc tipului câmpului
quality-unreadable_field-do = corectați valorile sau tipul de la [fields]
quality-gap = intervale fără niciun eveniment, unde în mod obișnuit sunt multe
quality-gap-do = importați ce lipsește; dacă serviciul era închis, totul este în regulă
quality-rejected_rows = rânduri respinse la import
quality-rejected_rows-do = corectați rândurile din fișierul de respingeri rejects/IMPORT.csv și importați-le
quality-brought_again = evenimente aduse din nou de un import ulterior
quality-brought_again-do = nimic: fiecare este socotit o dată

## Restated numbers

restated-title = Cifre schimbate între { $before } și { $after }
restated-nothing = Nicio cifră a perioadelor trecute nu s-a schimbat între { $before } și { $after }
restated-cut = instantaneul { $snapshot } (acum { $now })
restated-count = { $name }, { $period }: { $before } → { $after }
restated-number = { $name }, { $period }: { $before } (n { $before-n }) → { $after } (n { $n })
restated-aged = doar prin trecerea timpului: { $value }
restated-row = { $id }: { $kind }, { $before } → { $after }, { $cause }
restated-more = și încă { $count }
restated-new = nou
restated-gone = dispărut
restated-changed = schimbat
restated-live = evenimente în timp real
restated-time = fereastra sa a expirat
restated-undone = importul { $import } { $name } a fost anulat
restated-other = niciun eveniment propriu (reguli sau altă conversație)

## Why profiles differ

contrast-stat = { $other } arată altă statistică ({ $stat }), după care { $one } este { $value }
contrast-number = nr.
contrast-cause = cauza
contrast-started = început
contrast-counted = numărat
contrast-rows =
    { $count ->
       [one] { $one } și { $other }: { $same } rânduri la fel, { $shown } diferă
       [few] { $one } și { $other }: { $same } rânduri la fel, { $shown } diferă
      *[other] { $one } și { $other }: { $same } rânduri la fel, { $shown } diferă
    }
contrast-conversations =
    { $count ->
       [one] { $one } și { $other } citesc fapte diferite: { $same } tichete la fel, { $shown } diferă
       [few] { $one } și { $other } citesc fapte diferite: { $same } tichete la fel, { $shown } diferă
      *[other] { $one } și { $other } citesc fapte diferite: { $same } tichete la fel, { $shown } diferă
    }
contrast-start = alt început
contrast-end = alt sfârșit
contrast-start_and_end = alt început și alt sfârșit
contrast-value = altă valoare
contrast-left_out_by_other = numărat de { $one }, exclus de { $other } ({ $reason })
contrast-left_out_by_one = numărat de { $other }, exclus de { $one } ({ $reason })
contrast-other_period_of_other = numărat de { $one }, datat în afara perioadei de { $other }
contrast-other_period_of_one = numărat de { $other }, datat în afara perioadei de { $one }
contrast-only_one = numărat de { $one }, nu ține de indicator pentru { $other }
contrast-only_other = numărat de { $other }, nu ține de indicator pentru { $one }

## Policies replayed

sla-changed =
    { $count ->
        [one] o conversație iese altfel
        [few] { $shown } conversații ies altfel
       *[other] { $shown } de conversații ies altfel
    }
sla-title = { $file } în locul politicilor SLA din deskgauge.toml, decise { $from } – { $to }
sla-title-all = { $file } în locul politicilor SLA din deskgauge.toml, din toate timpurile
sla-all = toate
sla-met = respectate
sla-missed = încălcate
sla-running = în curs
sla-share = respectate, %
sla-after = atunci
sla-before = acum
sla-none = nimic decis
sla-row = { $id }: { $before } → { $after }
sla-row-missed = { $row } (încălcate: { $missed })

## Reported figures against ours

reconcile-column = coloana
reconcile-figure = indicator
reconcile-share = pondere
reconcile-theirs = raportat
reconcile-ours = la noi
reconcile-title =
    { $count ->
       [one] { $compared } cifre raportate față de ale noastre ({ $profile }): { $shown } diferă
       [few] { $compared } cifre raportate față de ale noastre ({ $profile }): { $shown } diferă
      *[other] { $compared } cifre raportate față de ale noastre ({ $profile }): { $shown } diferă
    }
reconcile-equal = egal
reconcile-both_none = niciunul nu are o cifră
reconcile-other_clock = egal după ceasul: { $detail }
reconcile-other_profile = egal în profilul { $detail }
reconcile-counted_otherwise = egal dacă se numără astfel: { $detail }
reconcile-whole_hours = diferă cu { $detail } ore întregi: un fus orar?
reconcile-left_out = exclus aici: { $detail }
reconcile-no_row = nu ține de indicator aici
reconcile-only_ours = neraportat
reconcile-not_here = tichetul nu este în spațiul de lucru
reconcile-unknown = necunoscut
reconcile-unit-seconds = secunde
reconcile-unit-minutes = minute
reconcile-unit-hours = ore
reconcile-unit-days = zile
reconcile-unit-count = număr
reconcile-unit-share = pondere
reconcile-unit-percent = procente
reconcile-unit-score = scor

staff-title = Erlang C pentru { $load } agenți ocupați în medie: un model, nu o măsurătoare
staff-agents = agenți
staff-occupancy = grad de ocupare
staff-waits_share = așteaptă
staff-wait_seconds = așteptare medie
staff-service_level = preluate la timp
staff-unstable = coada doar crește
