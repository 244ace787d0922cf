//! The style sheet of the page: tokens for light and dark, cards, pictures, print.
//!
//! Colours of series are for marks on cards and never for text. Text reaches a contrast of 4.5 and marks 3 on their background.

/// The sheet.
pub(super) const SHEET: &str = "
:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--line:#d7dce2;--text:#1a1d21;--muted:#555d68;--s1:#0b62a4;--s2:#ce7405;--s3:#693044;--s4:#a57de2;--s5:#9c4d08;--s6:#00a587;--previous:#6b7480;--good:#00664f;--warn:#8a5300;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--page:#101418;--card:#181d23;--line:#333b45;--text:#e8ebef;--muted:#a9b2bd;--s1:#62b0ee;--s2:#9e6318;--s3:#f6d85f;--s4:#3373b5;--s5:#bea051;--s6:#0bf2e9;--previous:#98a2ae;--good:#4fd1b0;--warn:#f2b45c;--bad:#ff8a80}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:0.875rem/1.5 system-ui,'Noto Sans','Noto Sans TC','PingFang TC','Microsoft JhengHei',sans-serif;font-variant-numeric:tabular-nums}
html:lang(zh-Hant) body{line-height:1.6}
header,main,footer{max-width:90rem;margin:0 auto;padding:16px}
h1{font-size:1.5rem;margin:0}h2{font-size:1.25rem;margin:24px 0 12px}h3{font-size:0.875rem;font-weight:600;margin:0}h3 small{font-weight:400;color:var(--muted)}
p{margin:0}header p,.muted,footer{color:var(--muted)}footer ul{padding-left:20px}
.skip{position:absolute;left:-999px}.skip:focus{left:16px;top:8px;background:var(--card);padding:8px}
:focus-visible{outline:3px solid var(--s1);outline-offset:2px}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(240px,100%),1fr));gap:12px}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(480px,100%),1fr));gap:12px}
.card,.chart,.wide{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px 16px;margin:0;min-width:0}
.figure{display:flex;align-items:center;justify-content:space-between;gap:12px}
.value{font-size:1.75rem;font-weight:600;line-height:1.3}.few{color:var(--muted)}
.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}.none{color:var(--muted)}
.spark{width:96px;height:28px;flex:none}
.line{fill:none;stroke-width:2;vector-effect:non-scaling-stroke;stroke-linejoin:round;stroke-linecap:round}
.line.s1{stroke:var(--s1)}.line.s2{stroke:var(--s2)}.line.previous{stroke:var(--previous);stroke-dasharray:5 4}.line.target{stroke:var(--good);stroke-dasharray:2 4}
.shade{fill:var(--line);opacity:.45}.band.s1{fill:var(--s1);opacity:.18}
.bar.s1{fill:var(--s1)}.bar.s2{fill:var(--s2)}.bar.s3{fill:var(--s3)}.bar.s4{fill:var(--s4)}.bar.s5{fill:var(--s5)}.bar.s6{fill:var(--s6)}.bar.previous{fill:var(--previous)}.bar.target{fill:var(--good)}
.legend{display:flex;flex-wrap:wrap;gap:4px 12px;list-style:none;padding:0;margin:4px 0;font-size:0.75rem;color:var(--muted)}
.legend li{display:flex;align-items:center;gap:4px}.swatch{width:12px;height:12px}
.plot{display:grid;grid-template-columns:64px 1fr;grid-template-rows:180px 22px;column-gap:8px;margin:12px 0 4px}
.plot svg{overflow:visible;width:100%;height:100%}.plot text{font-size:11px;fill:var(--muted)}.plot .y text{text-anchor:end}.plot .x{grid-column:2}
.rule{stroke:var(--line);stroke-width:1}
summary{cursor:pointer;color:var(--muted);min-height:24px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}th,td{padding:6px 12px;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}th:first-child{text-align:left}thead th{color:var(--muted);font-weight:600}tbody th{font-weight:400}
@media (forced-colors:active){.line,.rule{stroke:CanvasText}.bar{fill:CanvasText;stroke:Canvas}}
@media print{:root{color-scheme:light}body{background:#fff}.card,.chart,.wide{break-inside:avoid}details{display:none}@page{size:A4;margin:12mm}}
";
