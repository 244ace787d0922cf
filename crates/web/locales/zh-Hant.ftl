# 繁體中文。鍵與變數同 en.ftl；用語同各項指標的名稱。

## Numbers and dates

percent = { $number }%
percent-range = { $low }–{ $high }%
duration-range = { $low } – { $high }
points = { $number } 個百分點
duration-d = { $number } 天
duration-h = { $number } 小時
duration-m = { $number } 分
duration-s = { $number } 秒
date = { $year }年{ $month }{ $day }日
date-short = { $month }{ $day }日
instant = { $date } { $time }
month-1 = 1月
month-2 = 2月
month-3 = 3月
month-4 = 4月
month-5 = 5月
month-6 = 6月
month-7 = 7月
month-8 = 8月
month-9 = 9月
month-10 = 10月
month-11 = 11月
month-12 = 12月
weekday-1 = 週一
weekday-2 = 週二
weekday-3 = 週三
weekday-4 = 週四
weekday-5 = 週五
weekday-6 = 週六
weekday-7 = 週日

## Glue: how parts are put together

list-separator = 、
in-brackets = { $text }（{ $more }）
in-place = { $name }：{ $value }
left-label = { $label }：{ $text }
none = （無）

## The board

compared-weekdays =
    { $count ->
       *[other] { $from }至{ $to }，與{ $before-from }至{ $before-to }比較（星期對齊，提前 { $shown } 天）
    }
compared-previous = { $from }至{ $to }，與{ $before-from }至{ $before-to }比較（前一期間）
compared-year = { $from }至{ $to }，與{ $before-from }至{ $before-to }比較（一年前）
compared-elapsed = { $from }至{ $to }，與{ $before-from }至{ $before-to }比較（前一期間已過去的相同部分）
compared-range = { $from }至{ $to }，與{ $before-from }至{ $before-to }比較
compared-none = { $from }至{ $to }
compared-and = { $text }；{ $more }
compared-lengths =
    { $count ->
       *[other] { $shown } 天對 { $before } 天
    }
change-range = { $low } 至 { $high }
page-title = { $title }：{ $from }至{ $to }
skip = 跳至指標
as-of = 資料截至{ $at }
section-cards = 指標
section-changed = 有何變化
section-movers = 數值變動最大的客服
movers-note = 每項變動皆個別與偶然區分；客服人數多時，一兩位也可能只是偶然變動。
movers-all = 所有客服
section-trends = 每日走勢
section-channels = 依管道
section-parts = 分項目標
section-notes = 數字的依據
region-channels = 各管道指標
numbers = 數值
before = 前期 { $value }
no-clear-change = 無明顯變化
no-change = 沒有變化
n-values = n { $shown }
interval-words = 95%：{ $interval }
too-few = 樣本太少，不足以判斷
few-values = 樣本少
few = 樣本少
other = 其他
where = 條件 { $filter }

column-kpi = 指標
column-value = 數值
column-before = 前期
column-change = 變化
column-change-interval = 變化的 95 % 區間
column-target = 目標
column-n = n
column-part = 部分
column-mix = 因權重
column-rate = 因自身
column-where = 條件
column-day = 日期
column-stat = 統計量
column-variant = 變體
column-period = 期間
column-interval = 95% 區間
column-counting = 計入
column-running = 進行中
column-provisional = 暫定
column-excluded = 排除
partial = 不完整

verdict-better = 改善
verdict-worse = 變差
verdict-same = 持平
verdict-neutral = 有變化
band-excellent = 優異
band-good = 良好
band-satisfactory = 尚可
band-poor = 不佳

## What changed, and what moved a number

changed-since = 自 { $day } 起：{ $note }
changed-how =
    { $count ->
       *[other] 依{ $names }共檢視 { $shown } 個部分；列出在這麼多部分之中自身變化仍無法以偶然解釋者，先列變差，再列變好，最確定者在前。
    }
changed-nothing =
    { $count ->
       *[other] 依{ $names }共檢視 { $shown } 個部分，在這麼多部分之中沒有一個的變化超過偶然所能解釋。
    }
drivers-title = 變動來源：先前 { $before }，現在 { $now }（{ $change }）
drivers-parts = 依{ $name }：各部分相加即為差異
drivers-mix = 依{ $name }：各部分相加即為差異；其中 { $mix } 來自權重改變，{ $rate } 來自各部分本身
drivers-repeats = 依{ $name }：同一列可屬多個部分，因此相加不等於差異
drivers-own = 依{ $name }：各自的變化，相加不等於差異
drivers-more =
    { $count ->
       *[other] 另有 { $shown } 個
    }

## Pictures

chart-by-channel = { $metric }（依管道）
chart-by-age = { $metric }（依存續時間）
age-upto = { $upto } 以內
age-between = { $over } 至 { $upto }
age-over = 超過 { $over }
chart-median-p90 = { $metric }：中位數與第 90 百分位數
chart-arrivals = { $metric }（依星期與時段）
chart-arrivals-text = { $from }至{ $to }各星期與時段的數值；最多為 { $most }（{ $weekday } { $hour } 起）。
chart-spread = { $metric }：分布，n { $shown }
chart-spread-text = 共 { $shown } 個值；最多的區間為 { $class }，有 { $most } 個。
chart-within = { $value } 在 { $bound } 以內（95 %：{ $interval }），n { $shown }
chart-bars-text = 堆疊長條圖，{ $from }至{ $to }；單日最高為 { $most }。
chart-lines-text = { $from }至{ $to }：最低 { $low }，最高 { $high }，最近 { $last }。
chart-no-values = 沒有數值。
series-p90 = 第 90 百分位數
series-now = 本期
series-before = 前期
series-target = 目標：{ $band } { $value }

## Under the table: what was left out, and which data it was

left-running =
    { $count ->
       *[other] { $shown } 筆仍在進行
    }
left-provisional =
    { $count ->
       *[other] { $shown } 筆暫定
    }
left-excluded = 排除：{ $reasons }
left-reason = { $reason } { $shown }
left-reasons = 排除：{ $reasons }（各原因筆數請用 --format json）
profile-line = 設定檔 { $profile }（{ $date } 版，修訂 { $revision }）
profile-canonical = 依標準定義計算：{ $metrics }
credited = 客服歸屬依 { $model }：{ $names }
data-line = 快照 { $snapshot } · 現在 { $now } · { $zone }
data-line-dated = 快照 { $snapshot }（{ $made }） · 現在 { $now } · { $zone }

## Statistics, clocks, why there is no number, why a row was left out

stat-mean = 平均數
stat-median = 中位數
stat-p90 = 第 90 百分位數
stat-p95 = 第 95 百分位數
stat-min = 最小值
stat-max = 最大值
stat-sum = 總和
stat-km_median = 中位數（卡普蘭–邁耶法）
stat-km_p90 = 第 90 百分位數（卡普蘭–邁耶法）
stat-share = 比例
stat-within = 目標內比例
stat-within-bound = { $bound }內比例
clock-calendar = 日曆時間
clock-business = 營業時間

null-no_data = 無資料
null-no_schedule = 未設定營業時間
null-not_applicable = 不適用
null-running = 仍在進行
null-not_reached = 尚未達到
null-suppressed = 已隱藏
null-unknown = 未知

reason-abandoned = 客戶放棄等待
reason-abandoned_early = 客戶隨即放棄
reason-answered_elsewhere = 於客服系統外回覆
reason-answered_by_bot = 由機器人回覆
reason-bot_only = 僅機器人
reason-callback = 要求回撥
reason-campaign = 行銷活動
reason-cancelled = 已取消
reason-decided_earlier = 先前已判定
reason-deleted = 已刪除
reason-ended = 系統結束
reason-follow_up = 同一問題再次來訊
reason-merged = 已合併
reason-never_assigned = 從未指派
reason-no_answered_wait = 無獲回覆之等待
reason-no_length = 時限無固定長度
reason-no_reason = 未註明原因
reason-no_response = 無回應
reason-no_value = 無數值
reason-not_applicable = 不適用
reason-not_scored = 未評分
reason-nothing_critical = 無關鍵項目
reason-outside_hours = 非營業時間
reason-overflow = 轉至其他佇列
reason-proactive = 由我方發起
reason-removed = 已移除
reason-reopened = 重新開啟
reason-resolved_early = 較早解決
reason-resolved_without_reply = 未回覆即解決
reason-short_abandon = 短暫放棄
reason-spam = 垃圾訊息
reason-unanswered = 未獲回覆
reason-unassigned = 未指派
reason-voicemail = 語音留言
reason-zero_touch = 無人工處理

## Dimensions

dimension-channel = 管道
dimension-brand = 品牌
dimension-team = 團隊
dimension-agent = 客服人員
dimension-priority = 優先順序
dimension-reason = 聯絡原因
dimension-tag = 標籤
dimension-language = 語言
dimension-segment = 客群
dimension-customer_kind = 客戶類型
dimension-origin = 發起者
dimension-hour = 小時
dimension-weekday = 星期
dimension-policy = SLA 政策
dimension-target = SLA 目標
dimension-state = 等待對象
dimension-assigned = 已指派
dimension-resolver = 解決者
dimension-queue = 佇列
dimension-survey = 問卷
dimension-scorecard = 評分表
dimension-category = 評分項目
dimension-reviewer = 評核者

## The list of KPIs

list-profile = 設定檔
list-as_of = 版本日期
list-kpis = 指標
list-metric = 指標
list-name = 名稱
list-area = 領域
list-unit = 單位
list-better = 較佳方向
list-variants = 變體
list-preset = 預設集
list-source = 來源
list-year = 年份
area-backlog = 未結工單
area-commerce = 商務
area-outcome = 成果
area-phone = 電話與聊天
area-quality = 品質
area-sla = SLA
area-speed = 速度
area-survey = 問卷
area-volume = 數量
area-work = 工作量
area-own = 自訂
unit-seconds = 秒
unit-count = 數量
unit-share = 比例
unit-points = 點
unit-score = 評分
unit-money = 金額
good-low = 越低越好
good-high = 越高越好
good-none = 無好壞之分

## A KPI in words

show-profiles = 其他系統如何計算
show-same = 與此處相同
show-unknown = 未知
show-variant = 變體 { $name }
show-why_it_matters = 為何重要
show-pitfalls = 注意事項
show-sources = 來源
formula-value = `{ $table }` 各列 `{ $value }` 的{ $stat }{ $where }，日期取自 `{ $dated }`。
formula-share = `{ $table }` 各列中符合 `{ $counting }` 的比例{ $where }，日期取自 `{ $dated }`。
formula-share-of = `{ $table }` 中符合 `{ $out-of }` 的各列裡，`{ $counting }` 的比例{ $where }，日期取自 `{ $dated }`。
formula-count = `{ $table }` 的列數{ $where }，日期取自 `{ $dated }`。
formula-distinct = `{ $table }` 中不重複的 `{ $column }` 數{ $where }，日期取自 `{ $dated }`。
formula-sum = `{ $table }` 各列 `{ $sum }` 的總和{ $where }，日期取自 `{ $dated }`。
formula-stock = 某一時點仍在庫的 `{ $table }` 各列：於 `{ $entered }` 進入，尚未於 `{ $left }` 離開{ $where }，日期取自 `{ $dated }`。
formula-ages = 某一時點仍在庫的 `{ $table }` 各列，自 `{ $since }` 起算之存續時間的{ $stat }：於 `{ $entered }` 進入，尚未於 `{ $left }` 離開{ $where }，日期取自 `{ $dated }`。
formula-kept = 期初在庫之 `{ $table }` 各列中，相異的 `{ $kept }` 於期末仍在庫者所占比例：於 `{ $entered }` 進入，尚未於 `{ $left }` 離開{ $where }，日期取自 `{ $dated }`。
formula-overlap = `{ $table }` 各列自 `{ $entered }` 至 `{ $left }` 之時間總和，除以其 `{ $of }` 至少有一列進行中的時間{ $where }，日期取自 `{ $dated }`。
formula-agreement = `{ $table }` 各列之 `{ $value }` 的克里本多夫 α 係數，依其與他人對同一對象所給分數之差距 `{ $spread }` 計算{ $where }，日期取自 `{ $dated }`。
formula-per = 再除以下列數字：{ $per }
formula-per-days = 再除以最近 { $days } 個完整日的速率：{ $per }
formula-points = `{ $table }` 中 `{ $plus }` 的比例減去 `{ $minus }` 的比例，以點計{ $where }，日期取自 `{ $dated }`。
formula-where = ，條件為 `{ $filter }`
formula-weight = 各列以 `{ $weight }` 為權重。
formula-alike = 若各列的 `{ $alike }` 不同，則不給出數值。
formula-window = 尚在 `{ $window }` 期限內的列屬暫定，不計入。
formula-running = 尚無結果的列算作進行中，不計入。

## An explanation

explain-title = { $metric }（{ $id }，第 { $revision } 版）
explain-variant = { $id }，變體 { $variant }
explain-formula = 公式
explain-parameters = 參數
explain-population = 篩選過程
explain-distribution = 分布
explain-largest = 最大值
explain-newest = 最近案例
explain-step = 步驟
explain-rows = 列數
explain-case = 案例
explain-dated = 日期
explain-left-out = 排除原因
funnel-table = { $table } 的所有列，不限時間
funnel-own = 期間內屬於此指標的列
funnel-excluded = - 排除：{ $reason }
funnel-running = - 仍在進行
funnel-provisional = - 暫定：期限未滿
funnel-pending = - 尚無日期：仍在進行
funnel-without-value = - 無數值，或不在分母內
funnel-counted = = 計入
case-title = { $metric }：{ $id }
case-no-row = 此對話沒有屬於此指標的列：沒有任何列符合基本篩選條件，或根本沒有列。
case-became = 計算結果
case-not-dated = 無日期
case-counted = 計入
case-left-out = 排除：{ $reason }
case-intervals = 區間：日曆時間與營業時間
case-seconds = { $exact }（{ $seconds } 秒）
case-row = { $table } 第 { $index } 列
interval-start = 開始
interval-end = 結束
interval-part = 其中：{ $turn }
interval-together =
    { $count ->
       *[other] 共計入 { $shown } 筆
    }
turn-us = 我方處理
turn-customer = 等待客戶
turn-third_party = 等待第三方
turn-resolved = 已解決
turn-removed = 已移除

## Data quality

quality-found =
    { $count ->
       *[other] { $shown } 項發現，其中 { $serious } 項嚴重
    }
quality-distorts = 影響：{ $text }
quality-do = 處理方式：{ $text }
quality-by = 次數：{ $text }
quality-examples = 範例：{ $text }
quality-share = { $count } / { $of } { $base }（{ $share }）
quality-import = 匯入 { $import } { $name }
quality-serious = 資料有嚴重問題（{ $codes }）：請見 `deskgauge data-quality`
quality-of-events = 個事件
quality-of-agent_events = 個客服事件
quality-of-conversations = 個對話
quality-of-orders = 筆訂單
quality-of-surveys = 份問卷
quality-of-agents = 位客服
quality-of-calls = 段通話
quality-of-rows = 列匯入資料
quality-before_creation = 早於對話建立的事件
quality-before_creation-do = 請核對各來源的時鐘；此類事件以建立時刻計算，等待時間會偏短
quality-after_import = 晚於匯入時刻的事件
quality-after_import-do = 請檢查來源的時區或年份，更正後重新匯入
quality-at_midnight = 恰在當地午夜的事件
quality-at_midnight-do = 來源可能只有日期沒有時間：請匯出含時間的資料，否則勿信賴時長
quality-no_opened = 沒有開啟事件的對話
quality-no_opened-do = 請一併匯入開啟事件或提早匯出起點；在此之前以第一個事件為建立時刻
quality-opened_twice = 重複開啟的對話
quality-opened_twice-do = 每個對話請只保留一個開啟事件；以第一個為準
quality-conflicting_revision = 相同 id 但內容不同的事件
quality-conflicting_revision-do = 請為更正提供較大的 `revision`，不同事件使用不同 id；目前只計其一
quality-no_actor = 未註明是誰的客服事件
quality-no_actor-do = 請對應註明執行者的欄位；按客服統計的數字不含這些事件
quality-two_roles = 同時以客戶與客服身分出現的人
quality-two_roles-do = 請檢查來源如何區分身分；被視為客戶的客服回覆不會結束等待
quality-unknown_role = 沒有角色的客服（其他人有）
quality-unknown_role-do = 請為每位匯入帶有角色的 `agent` 事件
quality-no_customer = 沒有客戶的對話
quality-no_customer-do = 請對應客戶欄位；否則無從得知重複聯絡與銷售
quality-no_channel = 沒有管道的對話
quality-no_channel-do = 請對應管道欄位；按管道設定的目標不含這些對話
quality-overlapping_calls = 同一客服重疊的通話
quality-overlapping_calls-do = 請檢查遺漏或延遲的 `ended` 事件；兩通電話的時間都計為工作
quality-unsent_survey = 未曾發送的問卷卻有回答
quality-unsent_survey-do = 請一併匯入發送紀錄；分數計入這些回答，回覆率則不計
quality-unknown_order = 未知訂單的變更
quality-unknown_order-do = 請匯入訂單本身，並提早起始日期
quality-ordered_twice = 重複下單的訂單
quality-ordered_twice-do = 每筆訂單請只用一個 `order` 事件；變更請用 `order_changed`
quality-merged_into_unknown = 合併至未知對話
quality-merged_into_unknown-do = 請匯入其所合併到的對話
quality-merged_into_nothing = 未指明對象的合併
quality-merged_into_nothing-do = 請對應 `into`，即合併到的對話
quality-unknown_policy = 規則中沒有的 SLA 政策
quality-unknown_policy-do = 請將政策加入 deskgauge.toml 並執行 `deskgauge rebuild`
quality-unknown_schedule = 規則中沒有的排班
quality-unknown_schedule-do = 請將排班加入 deskgauge.toml 並執行 `deskgauge rebuild`
quality-unreadable_due_at = 無法讀取的期限
quality-unreadable_due_at-do = 請以含時差的 RFC 3339 格式書寫
quality-unknown_field = 未宣告的欄位
quality-unknown_field-do = 請在 deskgauge.toml 的 [fields] 宣告，或置之不理
quality-unreadable_field = 與欄位型別不符的值
quality-unreadable_field-do = 請更正值，或修改 [fields] 的型別
quality-gap = 平常有許多事件、卻毫無事件的時段
quality-gap-do = 請匯入缺漏的資料；若當時休息則無妨
quality-rejected_rows = 匯入時被拒絕的列
quality-rejected_rows-do = 請更正拒絕檔 rejects/IMPORT.csv 的列後匯入
quality-brought_again = 後續匯入重複帶來的事件
quality-brought_again-do = 無需處理：每個事件只計一次

## Restated numbers

restated-title = { $before }與{ $after }之間變動的數字
restated-nothing = { $before }與{ $after }之間，過往期間的數字皆未變動
restated-cut = 快照 { $snapshot }（現在 { $now }）
restated-count = { $name }，{ $period }：{ $before } → { $after }
restated-number = { $name }，{ $period }：{ $before }（n { $before-n }）→ { $after }（n { $n }）
restated-aged = 僅因時間經過：{ $value }
restated-row = { $id }：{ $kind }，{ $before } → { $after }，{ $cause }
restated-more = 另有 { $count } 列
restated-new = 新增
restated-gone = 消失
restated-changed = 變動
restated-live = 即時事件
restated-time = 其時間窗已結束
restated-undone = 匯入 { $import } { $name } 已撤銷
restated-other = 本身無新事件（規則變更或其他對話）

## Why profiles differ

contrast-stat = { $other } 採用另一種統計量（{ $stat }），依此 { $one } 為 { $value }
contrast-number = 編號
contrast-cause = 原因
contrast-started = 開始
contrast-counted = 計入
contrast-rows =
    { $count ->
      *[other] { $one } 與 { $other }：{ $same } 筆相同，{ $shown } 筆不同
    }
contrast-conversations =
    { $count ->
      *[other] { $one } 與 { $other } 讀取不同事實：{ $same } 張工單相同，{ $shown } 張不同
    }
contrast-start = 起點不同
contrast-end = 終點不同
contrast-start_and_end = 起點與終點皆不同
contrast-value = 數值不同
contrast-left_out_by_other = { $one } 計入，{ $other } 排除（{ $reason }）
contrast-left_out_by_one = { $other } 計入，{ $one } 排除（{ $reason }）
contrast-other_period_of_other = { $one } 計入，{ $other } 歸於期間之外
contrast-other_period_of_one = { $other } 計入，{ $one } 歸於期間之外
contrast-only_one = { $one } 計入，{ $other } 不視為此指標
contrast-only_other = { $other } 計入，{ $one } 不視為此指標

## Policies replayed

sla-changed =
    { $count ->
       *[other] { $shown } 個對話的結果不同
    }
sla-title = 以 { $file } 取代 deskgauge.toml 的 SLA 政策，於{ $from }至{ $to }判定
sla-title-all = 以 { $file } 取代 deskgauge.toml 的 SLA 政策，全部期間
sla-all = 全部
sla-met = 達成
sla-missed = 未達成
sla-running = 進行中
sla-share = 達成率
sla-after = 改用後
sla-before = 目前
sla-none = 未判定
sla-row = { $id }：{ $before } → { $after }
sla-row-missed = { $row }（未達成：{ $missed }）

## Reported figures against ours

reconcile-column = 欄位
reconcile-figure = 指標
reconcile-share = 比例
reconcile-theirs = 回報值
reconcile-ours = 本系統
reconcile-title =
    { $count ->
      *[other] { $compared } 個回報值與本系統（{ $profile }）比對：{ $shown } 個不同
    }
reconcile-equal = 相同
reconcile-both_none = 雙方皆無數值
reconcile-other_clock = 依此時鐘相同：{ $detail }
reconcile-other_profile = 依設定檔 { $detail } 相同
reconcile-counted_otherwise = 如此計算則相同：{ $detail }
reconcile-whole_hours = 相差整整 { $detail } 小時：時區？
reconcile-left_out = 此處排除：{ $detail }
reconcile-no_row = 此處不屬於該指標
reconcile-only_ours = 未回報
reconcile-not_here = 工作區沒有此工單
reconcile-unknown = 不明
reconcile-unit-seconds = 秒
reconcile-unit-minutes = 分鐘
reconcile-unit-hours = 小時
reconcile-unit-days = 天
reconcile-unit-count = 數量
reconcile-unit-share = 比例
reconcile-unit-percent = 百分比
reconcile-unit-score = 分數

staff-title = Erlang C 模型，平均忙碌客服人數 { $load }：這是推估，不是量測
staff-agents = 客服人數
staff-occupancy = 占用率
staff-waits_share = 需等候
staff-wait_seconds = 平均等候
staff-service_level = 及時應答
staff-unstable = 佇列只會變長
