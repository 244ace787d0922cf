# Русский. Ключи и переменные те же, что в en.ftl; термины те же, что в названиях показателей.

## Numbers and dates

percent = { $number } %
percent-range = { $low }–{ $high } %
duration-range = { $low } – { $high }
points = { $number } п. п.
duration-d = { $number } д
duration-h = { $number } ч
duration-m = { $number } мин
duration-s = { $number } с
date = { $day } { $month } { $year } г.
date-short = { $day } { $month }
instant = { $date }, { $time }
month-1 = янв.
month-2 = февр.
month-3 = мар.
month-4 = апр.
month-5 = мая
month-6 = июн.
month-7 = июл.
month-8 = авг.
month-9 = сент.
month-10 = окт.
month-11 = нояб.
month-12 = дек.
weekday-1 = пн
weekday-2 = вт
weekday-3 = ср
weekday-4 = чт
weekday-5 = пт
weekday-6 = сб
weekday-7 = вс

## Glue: how parts are put together

list-separator = { ", " }
in-brackets = { $text } ({ $more })
in-place = { $name }: { $value }
left-label = { $label } – { $text }
none = (нет)

## The board

compared-weekdays =
    { $count ->
        [one] { $from } – { $to } в сравнении с { $before-from } – { $before-to } (те же дни недели, на { $shown } день раньше)
        [few] { $from } – { $to } в сравнении с { $before-from } – { $before-to } (те же дни недели, на { $shown } дня раньше)
        [many] { $from } – { $to } в сравнении с { $before-from } – { $before-to } (те же дни недели, на { $shown } дней раньше)
       *[other] { $from } – { $to } в сравнении с { $before-from } – { $before-to } (те же дни недели, на { $shown } дня раньше)
    }
compared-previous = { $from } – { $to } в сравнении с { $before-from } – { $before-to } (предыдущий период)
compared-year = { $from } – { $to } в сравнении с { $before-from } – { $before-to } (годом раньше)
compared-elapsed = { $from } – { $to } в сравнении с { $before-from } – { $before-to } (такая же прошедшая часть предыдущего периода)
compared-range = { $from } – { $to } в сравнении с { $before-from } – { $before-to }
compared-none = { $from } – { $to }
compared-and = { $text }; { $more }
compared-lengths =
    { $count ->
        [one] { $shown } день против { $before }
        [few] { $shown } дня против { $before }
        [many] { $shown } дней против { $before }
       *[other] { $shown } дня против { $before }
    }
change-range = { $low } … { $high }
page-title = { $title }: { $from } – { $to }
skip = К показателям
as-of = данные на { $at }
section-cards = Показатели
section-changed = Что изменилось
section-movers = У кого из сотрудников показатели изменились сильнее всего
movers-note = Каждое изменение отделено от случайности само по себе; среди многих сотрудников у одного-двух так бывает и случайно.
movers-all = Все сотрудники
section-trends = По дням
section-channels = По каналам
section-parts = Цели для отдельных групп
section-notes = На чём основаны числа
region-channels = Показатели по каналам
numbers = Числа
before = ранее { $value }
no-clear-change = незначимо
no-change = без изменений
n-values = n { $shown }
interval-words = 95 %: { $interval }
too-few = слишком мало данных для выводов
few-values = мало данных
few = мало
other = прочие
where = где { $filter }

column-kpi = Показатель
column-value = значение
column-before = ранее
column-change = изменение
column-change-interval = 95 % изменения
column-target = цель
column-n = n
column-part = часть
column-mix = за счёт веса
column-rate = сама по себе
column-where = где
column-day = день
column-stat = статистика
column-variant = вариант
column-period = период
column-interval = 95 % интервал
column-counting = засчитано
column-running = не завершено
column-provisional = предварительно
column-excluded = исключено
partial = неполный

verdict-better = лучше
verdict-worse = хуже
verdict-same = без изменений
verdict-neutral = изменилось
band-excellent = отлично
band-good = хорошо
band-satisfactory = удовлетворительно
band-poor = плохо

## What changed, and what moved a number

changed-since = с { $day }: { $note }
changed-how =
    { $count ->
        [one] Просмотрена { $shown } часть ({ $names }); показано то, что не объяснить случайностью: сначала худшее, самое надёжное первым.
        [few] Просмотрены { $shown } части ({ $names }); показаны те, чьё собственное изменение при таком их числе не объяснить случайностью: сначала худшие, самые надёжные первыми.
        [many] Просмотрено { $shown } частей ({ $names }); показаны те, чьё собственное изменение при таком их числе не объяснить случайностью: сначала худшие, самые надёжные первыми.
       *[other] Просмотрено { $shown } части ({ $names }); показаны те, чьё собственное изменение при таком их числе не объяснить случайностью: сначала худшие, самые надёжные первыми.
    }
changed-nothing =
    { $count ->
        [one] Просмотрена { $shown } часть ({ $names }): она не изменилась больше, чем объясняется случайностью.
        [few] Просмотрены { $shown } части ({ $names }): ни одна не изменилась больше, чем при таком их числе объясняется случайностью.
        [many] Просмотрено { $shown } частей ({ $names }): ни одна не изменилась больше, чем при таком их числе объясняется случайностью.
       *[other] Просмотрено { $shown } части ({ $names }): ни одна не изменилась больше, чем при таком их числе объясняется случайностью.
    }
drivers-title = Что его сдвинуло: было { $before }, стало { $now } ({ $change })
drivers-parts = Разрез «{ $name }»: части, которые в сумме дают разницу
drivers-mix = Разрез «{ $name }»: части, которые в сумме дают разницу; { $mix } из-за изменившихся весов, { $rate } из-за самих частей
drivers-repeats = Разрез «{ $name }»: строка входит в несколько частей, поэтому в сумме они не дают разницу
drivers-own = Разрез «{ $name }»: собственные изменения частей, которые в сумме не дают разницу
drivers-more =
    { $count ->
        [one] и ещё { $shown }
        [few] и ещё { $shown }
        [many] и ещё { $shown }
       *[other] и ещё { $shown }
    }

## Pictures

chart-by-channel = { $metric } по каналам
chart-by-age = { $metric } по возрасту
age-upto = до { $upto }
age-between = от { $over } до { $upto }
age-over = более { $over }
chart-median-p90 = { $metric }: медиана и 90-й процентиль
chart-arrivals = { $metric } по дням недели и часам
chart-arrivals-text = Числа по дням недели и часам, { $from } – { $to }; больше всего – { $most } ({ $weekday }, с { $hour }).
chart-spread = { $metric }: распределение, n { $shown }
chart-spread-text = Значений: { $shown }; больше всего, { $most }, в классе { $class }.
chart-within = { $value } – не дольше { $bound } (95 %: { $interval }), n { $shown }
chart-bars-text = Столбцы с накоплением, { $from } – { $to }; наибольшее значение за день – { $most }.
chart-lines-text = { $from } – { $to }: минимум { $low }, максимум { $high }, последнее значение { $last }.
chart-no-values = Нет значений.
series-p90 = 90-й процентиль
series-now = этот период
series-before = предыдущий период
series-target = цель: { $band }, { $value }

## Under the table: what was left out, and which data it was

left-running =
    { $count ->
        [one] ещё не завершено: { $shown }
        [few] ещё не завершено: { $shown }
        [many] ещё не завершено: { $shown }
       *[other] ещё не завершено: { $shown }
    }
left-provisional =
    { $count ->
        [one] предварительно: { $shown }
        [few] предварительно: { $shown }
        [many] предварительно: { $shown }
       *[other] предварительно: { $shown }
    }
left-excluded = исключено: { $reasons }
left-reason = { $reason } { $shown }
left-reasons = исключено: { $reasons } (количество по причинам – с --format json)
profile-line = профиль { $profile } на { $date }, ревизия { $revision }
profile-canonical = подсчитано канонически: { $metrics }
credited = операторам засчитывается по модели { $model }: { $names }
data-line = снимок { $snapshot } · сейчас { $now } · { $zone }
data-line-dated = снимок { $snapshot } от { $made } · сейчас { $now } · { $zone }

## Statistics, clocks, why there is no number, why a row was left out

stat-mean = среднее
stat-median = медиана
stat-p90 = 90-й процентиль
stat-p95 = 95-й процентиль
stat-min = минимум
stat-max = максимум
stat-sum = сумма
stat-km_median = медиана Каплана – Майера
stat-km_p90 = 90-й процентиль Каплана – Майера
stat-share = доля
stat-within = доля в пределах цели
stat-within-bound = доля в пределах { $bound }
clock-calendar = календарное время
clock-business = рабочее время

null-no_data = нет данных
null-no_schedule = нет графика работы
null-not_applicable = неприменимо
null-running = ещё не завершено
null-not_reached = не достигнуто
null-suppressed = скрыто
null-unknown = неизвестно

reason-abandoned = клиент не дождался
reason-abandoned_early = клиент быстро отключился
reason-answered_elsewhere = ответ вне службы поддержки
reason-answered_by_bot = ответил бот
reason-bot_only = только бот
reason-callback = запрошен обратный звонок
reason-campaign = рассылка
reason-cancelled = отменено
reason-decided_earlier = решено раньше, в другой очереди
reason-deleted = удалено
reason-ended = завершено системой
reason-follow_up = продолжение прежнего обращения
reason-merged = объединено
reason-never_assigned = не назначалось
reason-no_answered_wait = без ответа на ожидание
reason-no_length = срок без длительности
reason-no_reason = причина не указана
reason-no_response = нет ответа
reason-no_value = нет значения
reason-not_applicable = неприменимо
reason-not_scored = без оценки
reason-nothing_critical = нет критических критериев
reason-outside_hours = вне рабочего времени
reason-overflow = переведено в другую очередь
reason-proactive = начато нами
reason-removed = снято
reason-reopened = открыто повторно
reason-resolved_early = решено раньше
reason-resolved_without_reply = решено без ответа
reason-short_abandon = короткий сброс
reason-spam = спам
reason-unanswered = без ответа
reason-unassigned = не назначено
reason-voicemail = голосовое сообщение
reason-zero_touch = без участия сотрудников

## Dimensions

dimension-channel = канал
dimension-brand = бренд
dimension-team = команда
dimension-agent = сотрудник
dimension-priority = приоритет
dimension-reason = причина обращения
dimension-tag = тег
dimension-language = язык
dimension-segment = сегмент
dimension-customer_kind = тип клиента
dimension-origin = инициатор
dimension-hour = час
dimension-weekday = день недели
dimension-policy = политика SLA
dimension-target = цель SLA
dimension-state = чей ход
dimension-assigned = назначено
dimension-resolver = кто решил
dimension-queue = очередь
dimension-survey = опрос
dimension-scorecard = карта оценки
dimension-category = критерий
dimension-reviewer = проверяющий

## The list of KPIs

list-profile = профиль
list-as_of = состояние на
list-kpis = показатели
list-metric = показатель
list-name = название
list-area = область
list-unit = единица
list-better = лучше
list-variants = варианты
list-preset = набор
list-source = источник
list-year = год
area-backlog = очередь обращений
area-commerce = торговля
area-outcome = результат
area-phone = телефон и чат
area-quality = качество
area-sla = SLA
area-speed = скорость
area-survey = опросы
area-volume = объём
area-work = работа
area-own = собственный
unit-seconds = секунды
unit-count = количество
unit-share = доля
unit-points = пункты
unit-score = оценка
unit-money = деньги
good-low = меньше
good-high = больше
good-none = не оценивается

## A KPI in words

show-profiles = Как считают другие
show-same = Считается так же
show-unknown = Неизвестно
show-variant = Вариант { $name }
show-why_it_matters = Почему это важно
show-pitfalls = На что обратить внимание
show-sources = Источники
formula-value = Значение `{ $value }` ({ $stat }) по строкам `{ $table }`{ $where }; дата – `{ $dated }`.
formula-share = Среди строк `{ $table }` – доля тех, где `{ $counting }`{ $where }; дата – `{ $dated }`.
formula-share-of = Среди строк `{ $table }`, где `{ $out-of }`, – доля тех, где `{ $counting }`{ $where }; дата – `{ $dated }`.
formula-count = Количество строк `{ $table }`{ $where }; дата – `{ $dated }`.
formula-distinct = Количество различных `{ $column }` в `{ $table }`{ $where }; дата – `{ $dated }`.
formula-sum = Сумма `{ $sum }` по строкам `{ $table }`{ $where }; дата – `{ $dated }`.
formula-stock = Строки `{ $table }`, которые на данный момент ещё открыты: начало – `{ $entered }`, окончание `{ $left }` ещё не наступило{ $where }; дата – `{ $dated }`.
formula-ages = Возраст ({ $stat }), считая от `{ $since }`, строк `{ $table }`, которые на данный момент ещё открыты: начало – `{ $entered }`, окончание `{ $left }` ещё не наступило{ $where }; дата – `{ $dated }`.
formula-kept = Доля разных `{ $kept }` со строкой `{ $table }`, открытой в начале периода, у которых есть такая и в конце: начало – `{ $entered }`, окончание `{ $left }` ещё не наступило{ $where }; дата – `{ $dated }`.
formula-overlap = Сумма длительностей строк `{ $table }` от `{ $entered }` до `{ $left }`, делённая на время, в которое у их `{ $of }` есть хотя бы одна{ $where }; дата – `{ $dated }`.
formula-agreement = Альфа Криппендорфа для `{ $value }` по отклонениям `{ $spread }` от того, что за то же поставили другие, по строкам `{ $table }`{ $where }; дата – `{ $dated }`.
formula-per = Делится на следующее. { $per }
formula-per-days = Делится на темп за последние полные дни ({ $days }). { $per }
formula-points = Доля строк `{ $table }`, где `{ $plus }`, минус доля тех, где `{ $minus }`, в пунктах{ $where }; дата – `{ $dated }`.
formula-where = { "" }, при условии `{ $filter }`
formula-weight = Вес каждой строки – `{ $weight }`.
formula-alike = Если строки различаются по `{ $alike }`, числа нет.
formula-window = Строки, для которых окно `{ $window }` ещё не истекло, считаются предварительными и не учитываются.
formula-running = Строки, исход которых ещё не определён, считаются незавершёнными и не учитываются.

## An explanation

explain-title = { $metric } ({ $id }, редакция { $revision })
explain-variant = { $id }, вариант { $variant }
explain-formula = Формула
explain-parameters = Параметры
explain-population = Отбор строк
explain-distribution = Распределение
explain-largest = Наибольшие значения
explain-newest = Последние случаи
explain-step = шаг
explain-rows = строки
explain-case = случай
explain-dated = дата
explain-left-out = исключено
funnel-table = строки { $table } за всё время
funnel-own = строки показателя в выбранном периоде
funnel-excluded = - исключено: { $reason }
funnel-running = - ещё не завершено
funnel-provisional = - предварительно: окно ещё не истекло
funnel-pending = - ещё без даты: не завершено
funnel-without-value = - без значения или вне знаменателя
funnel-counted = = учтено
case-title = { $metric }: { $id }
case-no-row = В этом показателе нет ни одной строки этого обращения: либо ни одна не проходит основной фильтр, либо строк нет.
case-became = Что учтено
case-not-dated = без даты
case-counted = учтено
case-left-out = исключено: { $reason }
case-intervals = Интервалы: календарное и рабочее время
case-seconds = { $exact } ({ $seconds } с)
case-row = Строка { $index } из { $table }
interval-start = начало
interval-end = конец
interval-part = из них: { $turn }
interval-together =
    { $count ->
        [one] всего учтён { $shown }
        [few] всего учтено { $shown }
        [many] всего учтено { $shown }
       *[other] всего учтено { $shown }
    }
turn-us = на нашей стороне
turn-customer = на стороне клиента
turn-third_party = на стороне третьих лиц
turn-resolved = решено
turn-removed = удалено

## Data quality

quality-found =
    { $count ->
        [one] { $shown } замечание, серьёзных: { $serious }
        [few] { $shown } замечания, серьёзных: { $serious }
        [many] { $shown } замечаний, серьёзных: { $serious }
       *[other] { $shown } замечания, серьёзных: { $serious }
    }
quality-distorts = искажает: { $text }
quality-do = что делать: { $text }
quality-by = сколько раз: { $text }
quality-examples = примеры: { $text }
quality-share = { $count } из { $of }, { $base } ({ $share })
quality-import = импорт { $import } { $name }
quality-serious = в данных серьёзные ошибки ({ $codes }): см. `deskgauge data-quality`
quality-of-events = события
quality-of-agent_events = события операторов
quality-of-conversations = обращения
quality-of-orders = заказы
quality-of-surveys = опросы
quality-of-agents = операторы
quality-of-calls = отрезки звонков
quality-of-rows = импортированные строки
quality-before_creation = события раньше создания обращения
quality-before_creation-do = сверьте часы источников; такие события считаются по моменту создания, и ожидание получается слишком коротким
quality-after_import = события позже момента своего импорта
quality-after_import-do = проверьте часовой пояс и год в источнике, исправьте и импортируйте заново
quality-at_midnight = события ровно в местную полночь
quality-at_midnight-do = источник, вероятно, даёт даты без времени: выгрузите со временем или не доверяйте длительностям
quality-no_opened = обращения без открытия
quality-no_opened-do = импортируйте и открытия или начните выгрузку раньше; пока созданием считается первое событие
quality-opened_twice = обращения, открытые не один раз
quality-opened_twice-do = оставьте по одному открытию на обращение; считается первое
quality-conflicting_revision = события с одним id и разным содержанием
quality-conflicting_revision-do = дайте исправлениям более высокую `revision`, а разным событиям разные id; пока считается одно из двух
quality-no_actor = события операторов без имени
quality-no_actor-do = укажите столбец, где сказано, кто это сделал; в числа по операторам они не входят
quality-two_roles = люди, которые действуют и как клиент, и как оператор
quality-two_roles-do = проверьте, как источник различает роли; ответ оператора, похожий на сообщение клиента, не завершает ожидание
quality-unknown_role = операторы без роли, хотя у других она есть
quality-unknown_role-do = импортируйте событие `agent` с ролью каждого из них
quality-no_customer = обращения без клиента
quality-no_customer-do = укажите столбец клиента; без него ничего не известно о повторных обращениях и продажах
quality-no_channel = обращения без канала
quality-no_channel-do = укажите столбец канала; цели по каналам их не учитывают
quality-overlapping_calls = пересекающиеся звонки одного оператора
quality-overlapping_calls-do = ищите пропавшие или поздние события `ended`; время обоих звонков считается работой
quality-unsent_survey = ответы на опросы, которые не отправлялись
quality-unsent_survey-do = импортируйте и отправки; оценки эти ответы учитывают, доля ответивших нет
quality-unknown_order = изменения неизвестных заказов
quality-unknown_order-do = импортируйте сами заказы, начиная с более раннего дня
quality-ordered_twice = заказы, оформленные дважды
quality-ordered_twice-do = оставьте по одному событию `order` на заказ; изменения это `order_changed`
quality-merged_into_unknown = слияния с неизвестными обращениями
quality-merged_into_unknown-do = импортируйте обращения, с которыми они слиты
quality-merged_into_nothing = слияния без указания обращения
quality-merged_into_nothing-do = укажите `into`, обращение, с которым оно слито
quality-unknown_policy = политики SLA, которых нет в правилах
quality-unknown_policy-do = добавьте политику в deskgauge.toml и выполните `deskgauge rebuild`
quality-unknown_schedule = графики, которых нет в правилах
quality-unknown_schedule-do = добавьте график в deskgauge.toml и выполните `deskgauge rebuild`
quality-unreadable_due_at = нечитаемые сроки
quality-unreadable_due_at-do = записывайте их по RFC 3339 со смещением
quality-unknown_field = необъявленные поля
quality-unknown_field-do = объявите их в [fields] в deskgauge.toml или оставьте как есть
quality-unreadable_field = значения не того типа, что поле
quality-unreadable_field-do = исправьте значения или тип в [fields]
quality-gap = промежутки без событий там, где обычно их много
quality-gap-do = импортируйте недостающее; если служба не работала, всё в порядке
quality-rejected_rows = строки, отклонённые при импорте
quality-rejected_rows-do = исправьте строки файла отказов rejects/IMPORT.csv и импортируйте их
quality-brought_again = события, снова принесённые более поздним импортом
quality-brought_again-do = ничего: каждое считается один раз

## Restated numbers

restated-title = Числа, изменившиеся между { $before } и { $after }
restated-nothing = Между { $before } и { $after } ни одно число прошлых периодов не изменилось
restated-cut = снимком { $snapshot } (сейчас { $now })
restated-count = { $name }, { $period }: { $before } → { $after }
restated-number = { $name }, { $period }: { $before } (n { $before-n }) → { $after } (n { $n })
restated-aged = только из-за прошедшего времени: { $value }
restated-row = { $id }: { $kind }, { $before } → { $after }, { $cause }
restated-more = и ещё { $count }
restated-new = новая строка
restated-gone = исчезла
restated-changed = изменилась
restated-live = события в реальном времени
restated-time = её окно истекло
restated-undone = импорт { $import } { $name } отменён
restated-other = без собственных событий (правила или другое обращение)

## Why profiles differ

contrast-stat = { $other } показывает другую статистику ({ $stat }): по ней { $one } = { $value }
contrast-number = №
contrast-cause = причина
contrast-started = начало
contrast-counted = учтено
contrast-rows =
    { $count ->
       [one] { $one } и { $other }: совпадает строк: { $same }, расходится: { $shown }
       [few] { $one } и { $other }: совпадает строк: { $same }, расходится: { $shown }
       [many] { $one } и { $other }: совпадает строк: { $same }, расходится: { $shown }
      *[other] { $one } и { $other }: совпадает строк: { $same }, расходится: { $shown }
    }
contrast-conversations =
    { $count ->
       [one] { $one } и { $other } читают разные факты: совпадает обращений: { $same }, расходится: { $shown }
       [few] { $one } и { $other } читают разные факты: совпадает обращений: { $same }, расходится: { $shown }
       [many] { $one } и { $other } читают разные факты: совпадает обращений: { $same }, расходится: { $shown }
      *[other] { $one } и { $other } читают разные факты: совпадает обращений: { $same }, расходится: { $shown }
    }
contrast-start = другое начало
contrast-end = другой конец
contrast-start_and_end = другие начало и конец
contrast-value = другое значение
contrast-left_out_by_other = учтено в { $one }, исключено в { $other } ({ $reason })
contrast-left_out_by_one = учтено в { $other }, исключено в { $one } ({ $reason })
contrast-other_period_of_other = учтено в { $one }, в { $other } датируется вне периода
contrast-other_period_of_one = учтено в { $other }, в { $one } датируется вне периода
contrast-only_one = учтено в { $one }, для { $other } не относится к показателю
contrast-only_other = учтено в { $other }, для { $one } не относится к показателю

## Policies replayed

sla-changed =
    { $count ->
        [one] { $shown } обращение оценено иначе
        [few] { $shown } обращения оценены иначе
        [many] { $shown } обращений оценены иначе
       *[other] { $shown } обращения оценены иначе
    }
sla-title = { $file } вместо политик SLA из deskgauge.toml, решено { $from } – { $to }
sla-title-all = { $file } вместо политик SLA из deskgauge.toml, за всё время
sla-all = все
sla-met = соблюдено
sla-missed = нарушено
sla-running = идут
sla-share = соблюдено, %
sla-after = тогда
sla-before = сейчас
sla-none = ничего не решено
sla-row = { $id }: { $before } → { $after }
sla-row-missed = { $row } (нарушено: { $missed })

## Reported figures against ours

reconcile-column = столбец
reconcile-figure = показатель
reconcile-share = доля
reconcile-theirs = в отчёте
reconcile-ours = у нас
reconcile-title =
    { $count ->
       [one] Чисел из отчёта: { $compared }, сравнение с нашими ({ $profile }), расходится: { $shown }
       [few] Чисел из отчёта: { $compared }, сравнение с нашими ({ $profile }), расходится: { $shown }
       [many] Чисел из отчёта: { $compared }, сравнение с нашими ({ $profile }), расходится: { $shown }
      *[other] Чисел из отчёта: { $compared }, сравнение с нашими ({ $profile }), расходится: { $shown }
    }
reconcile-equal = совпадает
reconcile-both_none = нет ни там, ни здесь
reconcile-other_clock = совпадает по времени: { $detail }
reconcile-other_profile = совпадает в профиле { $detail }
reconcile-counted_otherwise = совпадает при ином подсчёте: { $detail }
reconcile-whole_hours = расхождение ровно в часах: { $detail }; часовой пояс?
reconcile-left_out = здесь исключено: { $detail }
reconcile-no_row = здесь не относится к показателю
reconcile-only_ours = в отчёте нет
reconcile-not_here = обращения нет в рабочей области
reconcile-unknown = неизвестно
reconcile-unit-seconds = секунды
reconcile-unit-minutes = минуты
reconcile-unit-hours = часы
reconcile-unit-days = дни
reconcile-unit-count = количество
reconcile-unit-share = доля
reconcile-unit-percent = проценты
reconcile-unit-score = балл

staff-title = Модель Эрланга C, в среднем занято операторов: { $load }. Это расчёт, а не измерение
staff-agents = операторов
staff-occupancy = занятость
staff-waits_share = ждут
staff-wait_seconds = среднее ожидание
staff-service_level = отвечены вовремя
staff-unstable = очередь только растёт
