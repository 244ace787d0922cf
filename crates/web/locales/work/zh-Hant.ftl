# 可變更內容之頁面的文字。

page-data = 資料
size-kb = { $number } KB
size-mb = { $number } MB
size-gb = { $number } GB
data-bring = 匯入檔案
data-file = 檔案
data-file-rule = CSV、TSV、JSON Lines、Parquet 或 xlsx，可為原檔或 .gz、.zst，最大 { $most }。先預覽結果，未經您確認不會匯入任何資料。
data-send = 上傳並預覽
data-waiting = 等待中的檔案
data-size = 大小
data-sent-by = 上傳者
data-sent-at = 上傳時間
data-interrupted = 匯入曾中斷
data-sources = 來源
data-source = 來源
data-events = 事件
data-conversations = 對話
data-first = 最早事件
data-last = 最新事件
data-no-events = 尚無任何事件。
data-imports = 匯入紀錄
data-import = 匯入
data-imported-at = 匯入時間
data-rejected = 遭拒的資料列
data-undo = 復原
data-undone = 已復原
data-back = 返回資料
data-quality = 資料品質
data-quality-ever = 全部資料
data-quality-none = 就目前所知，資料沒有問題。
data-quality-distorts = 受影響的指標
data-quality-places = 位置
first-title = 這裡還沒有資料。三種開始方式
first-demo = 模擬示範商店
first-demo-why = 模擬的網路商店，截至今日共 12,000 筆對話，約一分鐘完成。它是單一匯入，可以復原。
first-import = 匯入檔案
first-import-why = 以 CSV、xlsx 或 Parquet 匯出的工單、通話或聊天，或 JSON Lines 格式的事件。系統會辨識欄位，並先讓您預覽結果。
first-sign-in = 主管或管理員登入後即可進行。
first-connect = 連接系統
first-connect-why = 程式以管理員建立的權杖即時傳送事件。
first-older = 最新事件為 { $day }，早於目前顯示的期間。
first-show-last = 顯示資料的最近 30 天
upload-title = 匯入 { $name }
upload-interrupted = 此檔案的匯入曾中斷，未匯入任何資料。請再按一次按鈕：已存在的資料不會改變。
upload-result = 匯入結果
upload-kind = 檔案內容
upload-kind-events = 事件格式的事件
upload-kind-table = 表格（依對應規則）
upload-source = 事件來源
upload-look = 重新預覽
upload-strict = 全部或不匯入：僅在所有資料列都正確時匯入
upload-import = 匯入
upload-mapping = 對應規則：各欄位的意義
upload-columns = 欄位的理解方式
upload-column = 欄位
upload-meaning = 意義
upload-examples = 範例
upload-left-out = 未使用
upload-wrong = 無法匯入的資料列
upload-row = 列
upload-field = 欄位
upload-reason = 原因
upload-events = 最前面的事件
upload-rows = 最前面的資料列
upload-remove = 移除此檔案
errand-import = 正在匯入 { $name }
errand-demo = 正在模擬示範商店
errand-undo = 正在復原 { $name }
errand-stopped = { $name } 已停止
errand-failed = { $name } 未能完成
errand-undone = { $name } 已復原
errand-done = { $name } 已匯入
errand-reading = 已讀取 { $count } 個事件，每秒 { $rate } 個
errand-folding = 已讀取 { $count } 個事件，正在計算並寫入
errand-left = 約剩 { $time }
errand-stop = 停止
errand-goes-on = 離開此頁仍會繼續進行。若停止，不會改變任何資料，可重新執行。
errand-well = 完成。
errand-nothing-changed = 資料未有任何改變。
errand-events-gone = 已復原的事件
errand-rows = 已讀取的資料列
errand-events = 新事件
errand-duplicates = 已存在的事件
errand-rejected = 遭拒的資料列
errand-conversations = 新對話
errand-conflicts = 識別碼相同但內容不同的事件
errand-reject-file = 全部及原因（CSV）
errand-overview = 查看這段期間的總覽
errand-again = 重新查看檔案
upload-nothing = 以目前的理解方式，沒有可匯入的內容。
upload-events-all =
    { $count ->
       *[other] 整個檔案可產生 { $shown } 個事件
    }
upload-events-sample =
    { $count ->
       *[other] 預覽的前段資料列可產生 { $shown } 個事件；匯入時會處理全部資料列
    }
upload-rejected =
    { $count ->
       *[other] 其中 { $shown } 列無法匯入，將寫入遭拒檔案
    }
