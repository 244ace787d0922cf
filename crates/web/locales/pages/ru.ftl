# Слова страниц.

page-skip = К содержанию
page-nav = Страницы
page-languages = Язык
page-overview = Обзор
page-live = Сейчас
page-volume = Объём
page-speed = Скорость
page-sla = SLA
page-quality = Качество
page-agents = Сотрудники
page-conversions = Конверсии
page-by = Разбивка: { $name }
page-cut = Таблица по измерению
page-cut-hidden = Это рабочее пространство не показывает отдельных людей ([privacy] hide_individuals). Выберите другую таблицу.
page-agents-note = Если значений меньше 30, число серое: оно мало говорит о человеке. Если 95-процентные интервалы двух сотрудников пересекаются, не сравнивайте их места.
page-choose = Enter – показать эти дни, Esc – отменить
page-rank = место
page-ranks = Места – по столбцу со стрелкой. Чьи 95-процентные интервалы пересекаются, делят место; если значений меньше 30, места нет. Точка – значение, черта – его 95-процентный интервал, вертикальная линия – вся команда.
page-conversions-note = Продажа после обращения — это связь, а не доказательство, что к ней привело обращение.
page-tickets = Обращения
page-definitions = Определения
page-definition-search = Поиск
page-definition-search-for = Найти показатель
page-definition-none = Ни один показатель не подходит.
page-definition-names = Названия
page-definition-how = Как считается
page-definition-clock = Часы
page-definition-out = Что не учитывается
page-definition-guard = Смотреть рядом
page-definition-examples = Разобранные примеры
page-definition-formulas = Формулы
page-definition-rows = Строки за числом
page-definition-clock-both = Календарное время; рабочее — если выбраны рабочие часы.
page-definition-all-kpis = Все показатели
page-team = Люди и токены
page-sign-in = Войти
page-sign-out = Выйти
page-sign-in-wrong = Неверное имя или пароль.
page-sign-in-help = Впервые здесь или забыли пароль? Администратор пришлёт вам приглашение.
page-oidc-enter = Войти через { $label }
page-oidc-enter-plain = Единый вход
page-oidc-or = или
page-oidc-lost = Этот вход уже использован, начат больше десяти минут назад либо в другом браузере или по другому адресу. Начните снова.
page-oidc-unreachable = Служба входа не отвечает. Попробуйте чуть позже или войдите по имени и паролю.
page-oidc-denied = Служба входа вас не пропустила, или вы отменили вход. Попробуйте ещё раз.
page-oidc-distrusted = Ответу службы входа нельзя доверять. Попробуйте ещё раз; если не поможет, администратор найдёт причину в журнале сервиса.
page-oidc-unconfirmed = Служба входа не сообщила подтверждённого адреса электронной почты. Подтвердите там свой адрес и попробуйте ещё раз.
page-oidc-domain = Адреса этого домена здесь не принимаются: { $email }. Войдите с рабочей учётной записью.
page-oidc-role = У { $email } здесь нет роли. Её может дать администратор.
page-oidc-unknown = Здесь нет никого с именем { $email }. Вас может добавить администратор.
page-oidc-shut-out = Вы больше не можете входить сюда.
page-oidc-taken = { $email } принадлежит другой учётной записи службы входа. Обратитесь к администратору.
page-name = Имя
page-password = Пароль
page-join = Присоединиться
page-join-first = Здесь пока никто не может войти. Выберите имя и пароль: вы станете администратором.
page-join-as = Вас пригласили. Ваша роль: { $role }.
page-join-send = Присоединиться
page-join-over = это приглашение использовано или истекло
page-join-over-hint = попросите новое; первый администратор получит его, перезапустив сервис
page-join-name-wrong = Введите имя от 1 до 100 знаков.
page-join-name-taken = Это имя уже занято: выберите другое.
page-join-password-rule = Не меньше { $shortest } знаков; хорошо подойдёт фраза.
page-join-password-wrong = В пароле должно быть не меньше { $shortest } знаков.
page-role-viewer = Наблюдатель: все показатели
page-role-agent = Агент: свои показатели
page-role-lead = Руководитель
page-role-administrator = Администратор
page-scope-read = Задавать вопросы
page-scope-ingest = Отправлять события
page-filters = Фильтры
page-period = Период
page-period-7d = Последние 7 дней
page-period-30d = Последние 30 дней
page-period-90d = Последние 90 дней
page-period-week = Прошлая неделя
page-period-month = Прошлый месяц
page-period-quarter = Прошлый квартал
page-period-year = Прошлый год
page-period-this-month = Этот месяц
page-dates = Даты
page-from = С
page-to = По
page-compare = По сравнению с
page-compare-wd = Те же дни недели
page-compare-prev = Предыдущий период
page-compare-yoy = Год назад
page-compare-elapsed = Та же прошедшая часть
page-compare-off = Ни с чем
page-business = Рабочие часы
page-apply = Применить
page-show = Показать
page-chips = Действующие фильтры
page-chip = { $name }: { $values }
page-chip-without = { $name }: кроме { $values }
page-chip-remove = убрать этот фильтр
page-filter-leaves-out = { $kpis }: не показаны, так как у их строк нет поля «{ $name }», по которому задан фильтр.
page-empty = За этот период с этими фильтрами ничего не произошло. Уберите фильтр или выберите другой период.
page-choose-kpi = Выбор показателя
page-tickets-heading = { $metric }, { $from } – { $to }
page-tickets-none = За этот период с этими фильтрами нет ни одной строки.
page-back = Назад к обзору
page-began = Начало
page-parts = Какие строки
page-part-all = Все
page-part-numerator = Засчитанные
page-part-rest = Не засчитанные
page-counts = засчитано
page-counts-not = не засчитано
page-orders = Порядок
page-sort-newest = Сначала новые
page-sort-largest = Сначала большие
page-sort-smallest = Сначала малые
page-pages = Страницы списка
page-place = { $first }–{ $last } из { $total }
page-before = Назад
page-after = Вперёд
page-conversation = Обращение { $id }
page-counted = Как показатель его считает
page-status = Последний статус
page-timeline = Хронология
page-people = Люди
page-role = Роль
page-change = Изменить
page-remove = Удалить
page-remove-name = Удалить { $name }
page-you = вы
page-agent = Агент в данных
page-agent-missing = для роли агента укажите агента из данных
page-oneself = никто не меняет и не удаляет сам себя: попросите другого администратора
page-invite = Создать приглашение
page-tokens = Токены программ
page-scopes = Права
page-made = Создан
page-revoke = Отозвать
page-revoke-name = Отозвать { $name }
page-token-add = Создать токен
page-token-incomplete = токену нужны имя и хотя бы одно право
page-made-token = Новый токен. Он показан только сейчас.
page-made-link = Ссылка-приглашение. Действует один раз в течение 7 дней и показана только сейчас.
page-log = Что было сделано
page-log-at = Когда
page-log-who = Кто
page-log-what = Что
page-log-about = О чём
page-log-from = Откуда
page-privacy = Конфиденциальность
page-customer-id = Идентификатор клиента
page-forget = Забыть клиента
page-forget-about = Удаляются все его события и всё, что по ним посчитано, его обращения целиком и все прежние состояния данных. Написанное другими остаётся. До копий в других местах, например резервных, это не доходит, а то, что источник пришлёт снова, будет принято снова.
page-forget-look = Найти
page-forget-nobody = Ни в одном состоянии данных нет клиента { $customer }.
page-forget-earlier = Что-то о нём есть только в прежних состояниях данных.
page-forget-events =
    { $count ->
        [one] Удалится { $shown } событие.
        [few] Удалятся { $shown } события.
        [many] Удалится { $shown } событий.
       *[other] Удалится { $shown } события.
    }
page-forget-conversations =
    { $count ->
        [one] Ему принадлежит { $shown } обращение.
        [few] Ему принадлежат { $shown } обращения.
        [many] Ему принадлежит { $shown } обращений.
       *[other] Ему принадлежит { $shown } обращения.
    }
page-forget-final = Отменить это нельзя; пока всё записывается заново, новые записи в хранилище ждут.
page-forget-name = Забыть { $customer } навсегда
page-forget-empty = укажите идентификатор клиента так, как он стоит в событиях
page-forget-goes-on = выполняется
page-forgotten-now = Забыт. В журнале он обозначен только как { $mark }.
page-forgotten = Кто забыт, по хешам с ключом
page-forgotten-left = Эти файлы всё ещё упоминают клиента, изменить их можете только вы: { $files }.
page-forgotten-asked = Запрошено
page-forgotten-mark = Хеш
page-forgotten-first = Первое оставшееся состояние
page-forgotten-done = Выполнено
page-backup = Резервная копия
page-backup-last = Последняя резервная копия начата { $at }.
page-backup-never = Резервной копии ещё не было.
page-states-kept = Прежние состояния данных доступны { $span }.
page-states-all = Все прежние состояния данных хранятся.
page-backup-about = Её делает deskgauge backup ПАПКА, в том числе при работающем сервисе.
page-refused-nothing = Здесь ничего нет
page-refused-forbidden = Это не разрешено
page-refused-later = Не сейчас
page-refused-broken = Что-то сломалось
page-refused-question = На это нельзя ответить
page-tickets-count =
    { $count ->
        [one] За числом стоит { $shown } строка
        [few] За числом стоят { $shown } строки
        [many] За числом стоит { $shown } строк
       *[other] За числом стоит { $shown } строки
    }
page-by-more =
    { $count ->
        [one] Ещё { $shown } строка не показана: уточните фильтр.
        [few] Ещё { $shown } строки не показаны: уточните фильтр.
        [many] Ещё { $shown } строк не показано: уточните фильтр.
       *[other] Ещё { $shown } строки не показано: уточните фильтр.
    }

live-pause = Приостановить обновление
live-follows = Следит за поступлениями
live-paused = Приостановлено
live-lost = Связь прервалась, соединение восстанавливается
live-plain = Без скриптов страница перезагружается каждые 30 секунд
live-newest = последнее событие { $at }
live-soon =
    { $count ->
        [one] { $shown } цель SLA будет нарушена в ближайшие { $time }, если никто не вмешается
        [few] { $shown } цели SLA будут нарушены в ближайшие { $time }, если никто не вмешается
        [many] { $shown } целей SLA будут нарушены в ближайшие { $time }, если никто не вмешается
       *[other] { $shown } цели SLA будут нарушены в ближайшие { $time }, если никто не вмешается
    }
live-wall = На большой экран
live-wall-leave = Закрыть вид для большого экрана
live-so-far = Сегодня на этот час
live-today = сегодня
live-week-before = { $day }, неделей раньше
live-until = до
live-so-far-text = Нарастающим итогом до { $time }: сегодня { $now }, { $day } — { $before }, всего за тот день { $all }.
live-present = Сотрудники на месте
live-agent = Сотрудник
live-presence = Состояние
live-since = С какого времени
live-state-available = свободен
live-state-busy = занят
live-state-wrap = завершает обращение
live-state-break = на перерыве
live-state-training = на обучении
