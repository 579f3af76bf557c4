/** What a kind of page adds to the style that all pages share. */
export interface OwnStyle {
  readonly rules: string
  /** Where the screen is narrow. */
  readonly narrow: string
  readonly print: string
  /** Left below each printed page; letters and blanks. */
  readonly printed: string
}

/** The whole style of a kind of page: colours, type, tables and cards of all pages, and its own rules behind each. */
export function styleSheet(own: OwnStyle): string {
  return `${shared}${own.rules}@media screen and (max-width:60rem){
${narrow}${own.narrow}}
@media print{
@page{@bottom-left{content:"${own.printed}";font:8pt sans-serif;color:#444}@bottom-right{content:"page " counter(page) " of " counter(pages);font:8pt sans-serif;color:#444}}
${print}${own.print}}
`
}

const shared = `
:root{color-scheme:light dark;--bg:#f4f6f9;--card:#fff;--text:#18202c;--muted:#525e6e;--line:#d5dbe4;--link:#0b57a4;
--good:#0d6337;--good-bg:#e3f4ea;--open:#744600;--open-bg:#fdf1d8;--bad:#9c141c;--bad-bg:#fdeaea;--info:#0b4d88;--info-bg:#e5f0fb;--plain:#3f4a59;--plain-bg:#ebeef3;--code-bg:#f2f4f8;--head:#10243f;--head-text:#fff;--head-muted:#c6d4e8}
@media screen and (prefers-color-scheme:dark){:root{--bg:#0f141b;--card:#171e28;--text:#e5eaf1;--muted:#a9b5c4;--line:#313c4a;--link:#8cc2fa;
--good:#86dba9;--good-bg:#11301f;--open:#f2c66f;--open-bg:#36290b;--bad:#ffa3a3;--bad-bg:#431a1c;--info:#95c8f9;--info-bg:#122f4a;--plain:#c8d1dc;--plain-bg:#2a3340;--code-bg:#10161e;--head:#0a1526;--head-text:#f2f6fb;--head-muted:#b7c7dd}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-999px;top:0;background:var(--card);color:var(--link);padding:.6rem 1rem;z-index:1}
.skip:focus{left:0}
.wrap{max-width:76rem;margin:0 auto;padding:0 1.25rem}
header{background:var(--head);color:var(--head-text);padding:1.6rem 0 1.4rem}
header .kind{margin:0;color:var(--head-muted);font-size:.85rem;letter-spacing:.06em;text-transform:uppercase}
h1{margin:.2rem 0 .3rem;font-size:1.75rem;line-height:1.2;font-weight:650}
header .meta{margin:0;color:var(--head-muted)}
nav{border-bottom:1px solid var(--line);background:var(--card)}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;margin:0;padding:.6rem 0}
nav li{margin:0}
nav a{text-decoration:none;font-weight:550;font-size:.94rem;display:inline-block;padding:.15rem 0}
nav a:hover{text-decoration:underline}
main{padding:1.4rem 0 2rem}
section{margin:0 0 2rem}
h2{font-size:1.3rem;line-height:1.3;margin:0 0 .8rem;padding-top:.3rem}
h3{font-size:1.05rem;line-height:1.35;margin:1.5rem 0 .5rem}
h4{font-size:.9rem;font-weight:600;color:var(--muted);margin:1.1rem 0 .35rem}
p{margin:0 0 .6rem}
ul{margin:.2rem 0 .8rem;padding-left:1.25rem}
li{margin:.15rem 0}
.verdict{border-left:6px solid;border-radius:6px;padding:.9rem 1.1rem;margin:0 0 1.2rem}
.verdict strong{display:block;font-size:1.15rem;line-height:1.35}
.verdict.good,.badge.good,.tile.good h3{color:var(--good)}.verdict.open,.badge.open,.tile.open h3{color:var(--open)}
.verdict.bad,.badge.bad,.tile.bad h3{color:var(--bad)}.verdict.info,.badge.info,.tile.info h3{color:var(--info)}
.verdict.plain,.badge.plain{color:var(--plain)}
.verdict.good,.badge.good{background:var(--good-bg)}.verdict.open,.badge.open{background:var(--open-bg)}
.verdict.bad,.badge.bad{background:var(--bad-bg)}.verdict.info,.badge.info{background:var(--info-bg)}
.verdict.plain,.badge.plain{background:var(--plain-bg)}
.verdict span{color:var(--text)}
.badge{display:inline-block;padding:.05rem .5rem;border-radius:1rem;font-size:.82rem;font-weight:600;line-height:1.5;white-space:nowrap}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:1rem 1.15rem;margin:0 0 1rem}
.card>:last-child{margin-bottom:0}
.card>h3:first-child{margin-top:0}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(16rem,1fr));gap:.65rem 1.4rem;margin:0}
.facts dt{font-size:.8rem;color:var(--muted)}
.facts dd{margin:0}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:.8rem;margin:0 0 1.2rem}
.tile{background:var(--card);border:1px solid var(--line);border-top:4px solid;border-radius:8px;padding:.75rem 1rem}
.tile.good{border-top-color:var(--good)}.tile.open{border-top-color:var(--open)}.tile.bad{border-top-color:var(--bad)}.tile.info{border-top-color:var(--info)}.tile.plain{border-top-color:var(--plain)}
.tile h3{margin:0;font-size:.92rem}
.tile .count{font-size:1.7rem;font-weight:650;line-height:1.2;margin:0}
.tile .names{margin:.15rem 0 0;font-size:.92rem}
table{border-collapse:collapse;table-layout:fixed;width:100%;background:var(--card);border:1px solid var(--line);font-size:.9rem;margin:0 0 1rem}
caption{text-align:left;font-weight:600;padding:0 0 .4rem;font-size:.95rem}
th,td{text-align:left;vertical-align:top;padding:.45rem .6rem;border-top:1px solid var(--line)}
thead th{background:var(--plain-bg);color:var(--plain);font-size:.8rem;border-top:0}
tbody th{font-weight:600}
tbody+tbody{border-top:2px solid var(--line)}
.group th{background:var(--bg);font-weight:400;font-size:.95rem;padding:.5rem .6rem}
.remark td{color:var(--muted)}
.small{display:block;font-size:.84rem;font-weight:400;color:var(--muted)}
pre,code,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86rem}
pre{background:var(--code-bg);border:1px solid var(--line);border-radius:6px;padding:.6rem .75rem;margin:.25rem 0 .8rem;white-space:pre-wrap}
.finding{border-left:4px solid var(--line);padding:.1rem 0 .1rem .8rem;margin:.5rem 0 .9rem}
.finding.bad{border-left-color:var(--bad)}.finding.open{border-left-color:var(--open)}.finding.info{border-left-color:var(--info)}
.finding p{margin:.15rem 0}
.finding .code{font-weight:650}
.device{padding-top:.8rem}
.device>h3{margin:0 0 .1rem;display:flex;flex-wrap:wrap;gap:.3rem .6rem;align-items:center;font-size:1.15rem}
.muted{color:var(--muted)}
details{margin:0 0 .8rem}
summary{cursor:pointer;color:var(--link);font-weight:550;padding:.15rem 0}
footer{border-top:1px solid var(--line);padding:1rem 0 2rem;color:var(--muted);font-size:.9rem}
`

// A table is shown as cards: each cell has its column's name beside it.
const narrow = `.wrap{padding:0 .9rem}h1{font-size:1.4rem}
table,tbody,tr,td,tbody th,caption{display:block}
table{border:0;background:none}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tbody{background:var(--card);border:1px solid var(--line);border-radius:8px;margin:0 0 .8rem;overflow:hidden}
tbody+tbody{border-top:1px solid var(--line)}
tr{padding:.35rem 0}
tr+tr{border-top:1px solid var(--line)}
.group{padding:0}
td,tbody th{border:0;padding:.15rem .8rem .15rem 8.2rem;min-height:1.6rem;display:flow-root}
.group th,.remark td{padding:.5rem .8rem}
td::before,tbody th::before{content:attr(data-label);float:left;margin-left:-7.4rem;width:7rem;font-size:.8rem;line-height:1.35;font-weight:400;color:var(--muted);padding-top:.1rem}
.group th::before,.remark td::before{content:none}
.finding .code{font-size:.9rem}
`

const print = `@page{size:A4;margin:13mm 12mm 15mm}
:root{color-scheme:light;font-size:8.8pt}
body{background:#fff;font-size:1rem;line-height:1.38}header{background:#fff;color:#000;padding:0 0 .4rem;border-bottom:2px solid #000}
header .kind,header .meta{color:#333}
h2{margin:0 0 .4rem;padding:0}h3{margin:.8rem 0 .3rem}h4{margin:.7rem 0 .2rem}
main{padding:.7rem 0}section{margin:0 0 1.1rem}p{margin:0 0 .3rem}
nav,.skip{display:none}.wrap{max-width:none;padding:0}
.card,.verdict,.tile{padding:.5rem .8rem;margin:0 0 .6rem;border-radius:4px}
.tiles{gap:.6rem;margin:0 0 .6rem}.tile .count{font-size:1.4rem;line-height:1.1}
.facts{grid-template-columns:repeat(4,1fr);gap:.3rem 1rem}
th,td,.group th{padding:.25rem .4rem}
pre{padding:.35rem .5rem;margin:.1rem 0 .4rem;font-size:.76rem}
.card:not(.device),.tile,.finding,tr,.verdict{break-inside:avoid}
h2,h3,h4,caption,.group{break-after:avoid}
thead{display:table-header-group}
details::details-content{content-visibility:visible;display:block}
summary{color:inherit;list-style:none}
a{color:inherit;text-decoration:none}
footer{padding:.4rem 0 0}
`
