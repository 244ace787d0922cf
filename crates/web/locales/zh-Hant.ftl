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

## Glue: how parts are put together

list-separator = 、
in-brackets = { $text }（{ $more }）
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
band-excellent = 優異
band-good = 良好
band-satisfactory = 尚可
band-poor = 不佳

## Pictures

chart-by-channel = { $metric }（依管道）
chart-median-p90 = { $metric }：中位數與第 90 百分位數
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
reason-bot_only = 僅機器人
reason-callback = 要求回撥
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

list-metric = 指標
list-name = 名稱
list-area = 領域
list-unit = 單位
list-better = 較佳方向
list-variants = 變體
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
