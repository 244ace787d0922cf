# Слова страниц, на которых что-то меняют.

page-data = Данные
size-kb = { $number } КБ
size-mb = { $number } МБ
size-gb = { $number } ГБ
data-bring = Загрузить файл
data-file = Файл
data-file-rule = CSV, TSV, JSON Lines, Parquet или xlsx, как есть или в .gz и .zst, до { $most }. Сначала вы увидите, что получится; без вашего решения ничего не импортируется.
data-send = Отправить и посмотреть
data-waiting = Файлы в ожидании
data-size = Размер
data-sent-by = Кто отправил
data-sent-at = Когда отправлен
data-interrupted = импорт был прерван
data-sources = Источники
data-source = Источник
data-events = События
data-conversations = Обращения
data-first = Первое событие
data-last = Последнее событие
data-no-events = Событий пока нет.
data-imports = Импорты
data-import = Импорт
data-imported-at = Когда импортирован
data-rejected = Отклонённые строки
data-undo = Отменить
data-undone = отменён
data-back = Назад к данным
data-quality = Качество данных
data-quality-ever = Все данные
data-quality-none = Насколько можно судить, с данными всё в порядке.
data-quality-distorts = Искажает
data-quality-places = Где именно
first-title = Здесь пока пусто. Три способа начать
first-demo = Разыграть демо-магазин
first-demo-why = Смоделированный интернет-магазин: 12 000 обращений по сегодняшний день, за минуту. Это один импорт, его можно отменить.
first-demo-shown = Это данные вымышленного магазина.
first-demo-delete = Удалить демоданные
first-import = Импортировать файл
first-import-why = Выгрузка обращений, звонков или чатов в CSV, xlsx или Parquet, либо события в JSON Lines. Столбцы распознаются, и сначала вы видите результат.
first-sign-in = Это может сделать руководитель или администратор, войдя в систему.
first-connect = Подключить систему
first-connect-why = Программы присылают события сразу, с токеном, который создаёт администратор.
first-older = Последнее событие — { $day }, раньше показанного периода.
first-show-last = Показать последние 30 дней данных
upload-title = Импорт: { $name }
upload-interrupted = Импорт этого файла был прерван, из него ничего не импортировано. Нажмите кнопку ещё раз: то, что уже есть, не изменится.
upload-result = Что получится
upload-kind = В файле
upload-kind-events = события в формате событий
upload-kind-table = таблица, по сопоставлению
upload-source = Источник событий
upload-look = Посмотреть ещё раз
upload-strict = Всё или ничего: импортировать, только если нет ошибочных строк
upload-import = Импортировать
upload-mapping = Сопоставление: что означают столбцы
upload-columns = Как поняты столбцы
upload-column = Столбец
upload-meaning = Значение
upload-examples = Примеры
upload-left-out = не используется
upload-wrong = Строки, которые нельзя импортировать
upload-row = Строка
upload-field = Поле
upload-reason = Что не так
upload-events = Первые события
upload-rows = Первые строки
upload-remove = Удалить этот файл
errand-import = Импортируется { $name }
errand-demo = Разыгрывается демо-магазин
errand-undo = Отменяется { $name }
errand-stopped = { $name }: остановлено
errand-failed = { $name }: не удалось
errand-undone = { $name }: отменено
errand-done = { $name }: импортировано
errand-reading = Прочитано событий: { $count }, { $rate } в секунду
errand-folding = Прочитано событий: { $count }; теперь они обрабатываются и записываются
errand-left = осталось около { $time }
errand-stop = Остановить
errand-goes-on = Работа продолжится, если уйти со страницы. При остановке ничего не изменится, и её можно повторить.
errand-well = Готово.
errand-nothing-changed = В данных ничего не изменилось.
errand-events-gone = Отменено событий
errand-rows = Прочитано строк
errand-events = Новых событий
errand-duplicates = Уже были
errand-rejected = Отклонено строк
errand-conversations = Новых обращений
errand-conflicts = События с одним id и разным содержанием
errand-reject-file = Все, с причинами, в CSV
errand-overview = Открыть обзор этих дней
errand-again = Вернуться к файлу
upload-nothing = При таком понимании файла импортировать нечего.
upload-events-all =
    { $count ->
        [one] Из всего файла получится { $shown } событие
        [few] Из всего файла получатся { $shown } события
        [many] Из всего файла получится { $shown } событий
       *[other] Из всего файла получится { $shown } события
    }
upload-events-sample =
    { $count ->
        [one] Из просмотренных первых строк получится { $shown } событие; импортируются все строки
        [few] Из просмотренных первых строк получатся { $shown } события; импортируются все строки
        [many] Из просмотренных первых строк получится { $shown } событий; импортируются все строки
       *[other] Из просмотренных первых строк получится { $shown } события; импортируются все строки
    }
upload-rejected =
    { $count ->
        [one] { $shown } из этих строк нельзя импортировать, она попадёт в файл отклонённых
        [few] { $shown } из этих строк нельзя импортировать, они попадут в файл отклонённых
        [many] { $shown } из этих строк нельзя импортировать, они попадут в файл отклонённых
       *[other] { $shown } из этих строк нельзя импортировать, они попадут в файл отклонённых
    }
page-settings = Настройки
settings-where = То, что решает, как считаются события, записано в
settings-how = Всё, кроме целей, меняется в этом файле: `deskgauge check` проверит его, а после смены часового пояса, рабочих часов, правил SLA или полей выполните `deskgauge rebuild` и запустите сервис заново. Что там не записано, имеет значение по умолчанию.
settings-differs = В файле записано не то, что сейчас действует: он был изменён после запуска сервиса. Выполните `deskgauge check` и запустите сервис заново.
settings-meanwhile = файл тем временем изменился: посмотрите и отправьте форму ещё раз
settings-nothing = Ничего не задано.
settings-targets = Цели
settings-targets-rule = Граница каждого уровня: число, доля вроде 92 % или длительность вроде 4h. Условие называет строки, для которых она. Изменение действует сразу.
settings-preset = За ними действуют цели набора { $name }.
settings-no-targets = Целей пока нет.
settings-filter = Условие
settings-save = Сохранить
settings-add = Добавить цель
settings-workspace = Рабочее пространство
settings-schedule = Рабочие часы
settings-sla = Правила SLA
settings-fields = Свои поля
settings-catalogue = Окна и параметры показателей
settings-privacy = Приватность ответов
settings-limits = Ограничения
page-views = Виды
view-name = Название этого вида
view-save = Сохранить вид
view-share = Для всех, кто входит
view-shared = общий
view-private = только мой
view-all = Все виды и ссылки
view-own = Сохранённые виды
view-who = Кто видит
view-none = Пока ничего не сохранено. Выберите фильтры на странице и сохраните вид там.
view-name-missing = напишите название или текст от 1 до 200 символов
share-title = Поделиться
share-rule = Любой, у кого есть ссылка, видит только эту страницу с этими фильтрами, без входа.
share-name = Для кого или чего
share-for = Действует
share-make = Создать ссылку
share-made = Ссылка. Она показывается один раз.
share-password = Пароль, если он нужен
share-nameless = Без имён сотрудников
share-guard-password = с паролем
share-frame = Чтобы показать её на своей странице (её адрес должен стоять в embed_origins в файле рабочей области):
share-asks = Эта страница защищена паролем
share-wrong = Неверный пароль.
share-open = Открыть
share-not-held = эта страница защищена паролем: откройте ссылку отдельно
share-agent = Сотрудник { $number }
share-hidden = скрыто
share-links = Действующие ссылки
share-none = Действующих ссылок нет.
share-by = Кто создал
share-until = До
note-title = Заметки по дням
note-day = День
note-text = Что произошло
note-add = Добавить заметку
note-day-missing = выберите день
series-note = заметка
share-days =
    { $count ->
        [one] { $shown } день
        [few] { $shown } дня
        [many] { $shown } дней
       *[other] { $shown } дня
    }
page-team-median = Медиана команды
page-conversions-window = Продажа засчитывается обращению, если следует в течение { $time }.
search-title = Поиск
search-for = Поиск: { $text }
search-what = Номер обращения или показатель
search-none = Ничего не найдено. Обращения ищутся по полному номеру, показатели по словам названия.
