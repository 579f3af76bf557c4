import { styleSheet } from './style.ts'

/** The style of the change report; its hash stands in the page's security policy. */
export const css: string = styleSheet({
  printed: 'ikero change report',
  rules: `.points{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:.9rem 1.8rem;margin:0 0 1rem}
.points dt{font-weight:650;margin:0 0 .15rem}
.points dd{margin:0}
.points p{margin:0 0 .35rem}
.record{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,30rem),1fr));gap:.15rem 1.6rem;margin:0 0 1rem}
.record div{display:flex;gap:.6rem}
.record dt{flex:0 0 8.2rem}
.record dd{margin:0;color:var(--text)}
.group .small{display:inline;font-size:.88rem}
.target{margin-right:.5rem}
.t-peers thead th:nth-child(1){width:15%}.t-peers thead th:nth-child(2){width:20%}.t-peers thead th:nth-child(3){width:10%}.t-peers thead th:nth-child(4){width:22%}.t-peers thead th:nth-child(5){width:13%}
.t-roles thead th:nth-child(1){width:13%}.t-roles thead th:nth-child(2){width:14%}.t-roles thead th:nth-child(3){width:8%}.t-roles thead th:nth-child(4){width:9%}.t-roles thead th:nth-child(5){width:6%}.t-roles thead th:nth-child(6){width:12%}.t-roles thead th:nth-child(7){width:10%}
.t-steps thead th:nth-child(1){width:20%}.t-steps thead th:nth-child(2){width:14%}.t-steps thead th:nth-child(3){width:11%}
.t-steps td,.t-steps tbody th{padding:.25rem .6rem;font-weight:400}
.t-steps pre{margin:.15rem 0 .3rem}
.since{color:var(--muted);white-space:nowrap;font-weight:400}
.host{border-left:5px solid;padding-left:.45rem}
.c0{border-color:#3b7dc4}.c1{border-color:#c27a1a}.c2{border-color:#3a9463}.c3{border-color:#a65bb0}.c4{border-color:#b8504b}.c5{border-color:#7d8794}
.now.good{color:var(--good)}.now.open{color:var(--open)}.now.bad{color:var(--bad)}
.now{font-weight:600}
.lines{white-space:pre-line}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));gap:0 1.2rem}
.diff{background:var(--code-bg);border:1px solid var(--line);border-radius:6px;padding:.5rem 0;margin:.25rem 0 .8rem}
.diff span{display:block;white-space:pre-wrap;padding:0 .75rem}
.diff .minus{background:var(--bad-bg);color:var(--bad)}.diff .plus{background:var(--good-bg);color:var(--good)}
.picture{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.8rem;overflow-x:auto;margin:0 0 .6rem}
.picture svg{display:block;width:100%;min-width:40rem;height:auto}
.box{fill:var(--plain-bg);stroke:var(--line)}.box.hub{fill:var(--info-bg);stroke:var(--info)}
.picture text{fill:var(--text);font:13px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
.picture .t2{fill:var(--muted);font-size:11px}.picture .strong{font-weight:650}
.before{stroke:var(--muted);stroke-width:1.5;stroke-dasharray:5 4;fill:none}.after{stroke:var(--good);stroke-width:2.5;fill:none}
.after.doubt{stroke:var(--open)}.after.dead{stroke:var(--bad);stroke-dasharray:2 4}
.tip-before{fill:var(--muted)}.tip-after{fill:var(--good)}.tip-doubt{fill:var(--open)}.tip-dead{fill:var(--bad)}
.ring{fill:var(--card);stroke:var(--open);stroke-width:1.5}.ring.dead{stroke:var(--bad)}.picture .mark,.legend .mark{font:bold 11px sans-serif;fill:var(--text)}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;list-style:none;padding:0;font-size:.88rem}
.legend svg{width:60px;height:16px;vertical-align:middle;margin-right:.4rem}
`,
  narrow: `.t-steps td,.t-steps tbody th{padding:.15rem .8rem .15rem 8.2rem}
.t-steps .group th{padding:.5rem .8rem}
.group .small,.target{display:block}
.record div{display:block}
`,
  print: `.points{gap:.4rem 1.4rem}.points p{margin:0 0 .15rem}
.pair{grid-template-columns:repeat(auto-fit,minmax(26rem,1fr))}
.picture,.pair>div{break-inside:avoid}
#topology{break-before:page}
.picture{overflow:visible}.picture svg{min-width:0}
`,
})
