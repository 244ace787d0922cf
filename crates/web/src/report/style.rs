//! The style sheet of the page: tokens for light and dark, cards, pictures, print.
//!
//! Colours of series are for marks on cards and never for text. Text reaches a contrast of 4.5 and marks 3 on their background.

/// The colours by day.
macro_rules! light {
    () => {
        "--page:#f6f7f9;--card:#fff;--line:#d7dce2;--text:#1a1d21;--muted:#555d68;--s1:#0b62a4;--s2:#ce7405;--s3:#693044;--s4:#a57de2;--s5:#9c4d08;--s6:#00a587;--previous:#6b7480;--good:#00664f;--warn:#8a5300;--bad:#b3261e;--k1:#eaf2f9;--k2:#d3e4f2;--k3:#b7d3ea;--k4:#97bfe0;--k5:#2f77b3;--k6:#1f689f;--k7:#115687;--k8:#08426b"
    };
}

/// Those by night.
macro_rules! dark {
    () => {
        "--page:#101418;--card:#181d23;--line:#333b45;--text:#e8ebef;--muted:#a9b2bd;--s1:#62b0ee;--s2:#9e6318;--s3:#f6d85f;--s4:#3373b5;--s5:#bea051;--s6:#0bf2e9;--previous:#98a2ae;--good:#4fd1b0;--warn:#f2b45c;--bad:#ff8a80;--k1:#1f2d3b;--k2:#233a50;--k3:#274866;--k4:#2b567d;--k5:#6fb4ec;--k6:#8cc4f1;--k7:#a9d3f5;--k8:#c8e3f9"
    };
}

/// The sheet of a page that is told which theme it has, after the sheet.
pub(crate) const THEMES: &str =
    concat!("html.light{color-scheme:light;", light!(), "}html.dark{color-scheme:dark;", dark!(), "}");

/// The sheet.
pub(crate) const SHEET: &str = concat!(
    "
:root{color-scheme:light dark;",
    light!(),
    "}
@media screen and (prefers-color-scheme:dark){:root{",
    dark!(),
    "}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:0.875rem/1.5 system-ui,'Noto Sans','Noto Sans TC','PingFang TC','Microsoft JhengHei',sans-serif;font-variant-numeric:tabular-nums}
html:lang(zh-Hant) body{line-height:1.6}
header,main{max-width:90rem;margin:0 auto;padding:0 16px}
header{padding-top:24px}main{padding-bottom:32px}main:focus{outline:none}
h1{font-size:1.5rem;line-height:1.3;margin:0 0 4px}h2{font-size:1.25rem;line-height:1.3;margin:32px 0 12px}h3{font-size:0.875rem;font-weight:600;margin:0}h3 small{font-size:0.75rem;font-weight:400;color:var(--muted)}
p{margin:0}header p,.muted,.notes{color:var(--muted)}.muted{font-size:0.8125rem}
.notes{margin:0;padding-left:20px}
.changed ol{margin:0 0 8px;padding-left:20px;display:grid;gap:6px}.changed li::marker{color:var(--muted)}.changed li>:is(a,span):nth-child(2){font-weight:600}
.skip,.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}.skip:focus{left:16px;top:8px;width:auto;height:auto;overflow:visible;clip-path:none;z-index:1;background:var(--card);color:var(--text);padding:8px 12px}
:focus-visible{outline:3px solid var(--s1);outline-offset:2px}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(240px,100%),1fr));gap:12px}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(480px,100%),1fr));gap:12px}
.card,.chart,.wide{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px 16px;margin:0;min-width:0}
.cards>.card{display:grid;grid-row:span 2;grid-template-rows:subgrid;row-gap:0;align-content:start}
.figure{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:4px 12px;margin:2px 0}
.value{font-size:1.5rem;font-weight:600;line-height:1.3}.value small{font-size:0.875rem;font-weight:400;color:var(--muted)}.few{color:var(--muted)}
.parts{display:flex;flex-wrap:wrap;column-gap:.9em;overflow:hidden}.parts>span{position:relative}.parts>span+span::before{content:'·';position:absolute;inset-inline-start:-.6em}
.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}.none{color:var(--muted)}
.spark{flex:1 1 48px;max-width:96px;height:28px}
.line{fill:none;stroke-width:2;vector-effect:non-scaling-stroke;stroke-linejoin:round;stroke-linecap:round}
.line.s1{stroke:var(--s1)}.line.s2{stroke:var(--s2)}.line.previous{stroke:var(--previous);stroke-dasharray:5 4}.line.target{stroke:var(--good);stroke-dasharray:2 4}.line.note{stroke:var(--text);stroke-width:1;stroke-dasharray:1 3}
.shade{fill:var(--line);opacity:.45}.band.s1{fill:var(--s1);opacity:.18}
.bar.s1{fill:var(--s1)}.bar.s2{fill:var(--s2)}.bar.s3{fill:var(--s3)}.bar.s4{fill:var(--s4)}.bar.s5{fill:var(--s5)}.bar.s6{fill:var(--s6)}
.step.k1{fill:var(--k1)}.step.k2{fill:var(--k2)}.step.k3{fill:var(--k3)}.step.k4{fill:var(--k4)}.step.k5{fill:var(--k5)}.step.k6{fill:var(--k6)}.step.k7{fill:var(--k7)}.step.k8{fill:var(--k8)}
.plot .over text{text-anchor:middle;fill:var(--text)}.plot .over .strong{fill:var(--card)}.plot .over .zero{fill:var(--muted)}
.heat{grid-column:1/-1}.heat .plot{min-width:46rem;grid-template-columns:3rem minmax(0,1fr)}.heat:has(.long) .plot{min-width:72rem}.heat .y{position:sticky;left:0;background:var(--card)}
.dot{display:block;overflow:visible;width:100%;min-width:72px;height:12px;margin:2px 0}h2+.muted{margin:0 0 8px}thead a{display:inline-block;min-height:24px}.line.at{stroke-width:8}.whole{stroke:var(--text);stroke-width:1.5;vector-effect:non-scaling-stroke}.rank{display:inline-block;min-width:1.5rem;color:var(--muted);text-align:right;margin-inline-end:8px}
.legend{display:flex;flex-wrap:wrap;gap:4px 12px;list-style:none;padding:0;margin:4px 0;font-size:0.75rem;color:var(--muted)}
.legend li{display:flex;align-items:center;gap:4px}.swatch{flex:none}
.plot{display:grid;grid-template-columns:4.5rem minmax(0,1fr);grid-template-rows:180px 22px;column-gap:8px;margin:12px 0 4px}
.plot svg{overflow:visible;width:100%;height:100%}.plot text{font-size:11px;fill:var(--muted)}.plot .y text{text-anchor:end}.plot .x{grid-column:2}
.rule{stroke:var(--line);stroke-width:1}
summary{cursor:pointer;color:var(--muted);min-height:24px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}th,td{padding:6px 12px;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}tbody tr:last-child>*{border-bottom:0}.text{text-align:left}thead th{color:var(--muted);font-weight:600;white-space:normal;vertical-align:bottom}tbody th{font-weight:400}td.text{white-space:normal}
code{font-family:ui-monospace,monospace;font-size:0.8125rem}
@media (max-width:40rem){.plot{grid-template-columns:3.75rem minmax(0,1fr)}th,td{padding:6px 8px}}
@media (forced-colors:active){.line,.rule{stroke:CanvasText}.bar{fill:CanvasText;stroke:Canvas}.step{fill:Canvas}.plot text,.plot .over text{fill:CanvasText}}
@media print{:root{color-scheme:light}html{font-size:11px}body{background:#fff}.skip{display:none}header,main{padding:0}.cards{grid-template-columns:repeat(4,1fr);gap:6px}.charts{grid-template-columns:1fr 1fr;gap:6px;align-items:start}.card,.wide,.plot{break-inside:avoid}.card,.chart,.wide{padding:6px 8px}.value{font-size:1.375rem}h2{break-after:avoid;margin:16px 0 8px}h3,figcaption{break-after:avoid}.scroll{overflow:visible}th,td{padding:2px 4px;white-space:normal}summary{display:none}details::details-content{display:block;content-visibility:visible}.heat .plot{min-width:0}.bar,.band,.shade,.step{print-color-adjust:exact}@page{size:A4;margin:12mm}}
"
);

#[cfg(test)]
mod tests {
    use super::SHEET;

    /// The tokens of a theme: those of the first rule that begins so.
    fn token(theme: &str, name: &str) -> [f64; 3] {
        let rule = SHEET.split(theme).nth(1).and_then(|rest| rest.split('}').next()).expect("a theme");
        let value = rule.split(&format!("--{name}:#")).nth(1).and_then(|rest| rest.split(';').next()).expect("a token");
        let digits: Vec<char> =
            if value.len() == 3 { value.chars().flat_map(|c| [c, c]).collect() } else { value.chars().collect() };
        [0, 2, 4].map(|at| {
            let text: String = digits[at..at + 2].iter().collect();
            f64::from(u8::from_str_radix(&text, 16).expect("a colour"))
        })
    }

    /// The contrast of two colours as accessibility counts it, from 1 to 21.
    fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
        let light = |colour: [f64; 3]| {
            let [red, green, blue] = colour.map(|part| {
                let part = part / 255.0;
                if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
            });
            0.2126 * red + 0.7152 * green + 0.0722 * blue
        };
        let (one, other) = (light(one), light(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn numbers_stand_out_on_every_step_of_a_heat_map() {
        for theme in [":root{color-scheme:light dark", "dark){:root{"] {
            let mut before = token(theme, "card");
            for step in 1..=crate::chart::heat::STEPS {
                let ground = token(theme, &format!("k{step}"));
                let text = if step < 5 { "text" } else { "card" };
                let found = contrast(token(theme, text), ground);
                assert!(found >= 4.5, "{text} on step {step} in {theme}: {found:.2}");
                assert!(contrast(ground, before) >= 1.1, "step {step} in {theme} looks like the one before");
                before = ground;
            }
        }
    }

    #[test]
    fn texts_and_marks_stand_out_in_both_themes() {
        for theme in [":root{color-scheme:light dark", "dark){:root{"] {
            for (names, ground, least) in [
                (&["text", "muted", "good", "warn", "bad"][..], "card", 4.5),
                (&["text", "muted"][..], "page", 4.5),
                (&["s1", "s2", "s3", "s4", "s5", "s6", "previous", "good"][..], "card", 3.0),
            ] {
                for name in names {
                    let found = contrast(token(theme, name), token(theme, ground));
                    assert!(found >= least, "{name} on {ground} in {theme}: {found:.2}");
                }
            }
        }
    }
}
