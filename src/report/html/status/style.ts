import { styleSheet } from '../style.ts'

/** The style of the status page; its hash stands in the page's security policy. */
export const statusCss: string = styleSheet({
  printed: 'ikero status',
  rules: `:root{--bar-open:#b06a06}
@media screen and (prefers-color-scheme:dark){:root{--bar-open:var(--open)}}
.hidden{position:absolute;width:1px;height:1px;margin:0;padding:0;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.sheet{display:none}
.icon{width:1em;height:1em;fill:currentColor;flex:none;margin-right:.35em;vertical-align:-.12em}
.cut{fill:none;stroke:var(--card);stroke-width:2;stroke-linecap:round;stroke-linejoin:round}.cut.outline{stroke:currentColor}
header .meta a{color:inherit}
header .verdict{margin:1rem 0 0}
[hidden]{display:none!important}
.answer{margin-bottom:1.6rem}
.verdict strong{display:flex;align-items:flex-start;font-size:1.3rem;color:inherit}.verdict strong .icon{margin:.18em .5em 0 0}
.verdict strong .words,.verdict strong a{color:inherit}
.verdict .lines{list-style:none;margin:.5rem 0 0;padding:0;color:var(--text)}
.verdict .lines span{color:inherit}
.ago{white-space:nowrap}
time{display:inline-block}
.facts .run,.t-schedules .run{white-space:nowrap}
.t-schedules .badge{white-space:normal}
.small code{font-size:.8rem}
.t-schedules thead th:nth-child(1){width:18%}.t-schedules thead th:nth-child(2){width:17%}.t-schedules thead th:nth-child(3){width:22%}.t-schedules thead th:nth-child(4){width:15%}.t-schedules thead th:nth-child(5){width:15%}
.t-devices thead th:nth-child(1){width:15%}.t-devices thead th:nth-child(3){width:15%}.t-devices thead th:nth-child(4){width:17%}.t-devices thead th:nth-child(5){width:24%}
.t-open thead th:nth-child(1){width:17%}.t-open thead th:nth-child(3){width:13%}.t-open thead th:nth-child(4){width:17%}.t-open thead th:nth-child(5){width:19%}
.t-schedules .badge,.t-devices .badge,.t-open .badge{margin-bottom:.15rem}
.remark .finding{margin:.1rem 0;color:var(--text)}
.of{display:flex;flex-wrap:wrap;gap:.1rem .7rem;align-items:baseline;margin-top:1.6rem;border-bottom:1px solid var(--line);padding-bottom:.25rem}
.device{border-left:6px solid}
.device.bad{border-left-color:var(--bad)}.device.open{border-left-color:var(--bar-open)}
.device h4{display:flex;flex-wrap:wrap;gap:.2rem .6rem;align-items:center;font-size:1.1rem;font-weight:650;color:var(--text);margin:0 0 .4rem}
.device .facts{grid-template-columns:repeat(auto-fit,minmax(min(100%,18rem),1fr));margin:.7rem 0 .8rem}
.device details,td details{margin:.2rem 0 0}
:target{scroll-margin-top:1rem}
.device:has(:target),tr:has(:target){outline:3px solid var(--link);outline-offset:2px}
tr:has(:target){outline-offset:-3px}
.device:has(:target) details::details-content,tr:has(:target) details::details-content{content-visibility:visible;display:block}
.strip{display:block;width:100%;height:20px;min-width:8rem}
.strip .good,.sample .good{fill:var(--good)}.strip .info,.sample .info{fill:var(--info)}.strip .open,.sample .open{fill:var(--bar-open)}.strip .bad,.sample .bad{fill:var(--bad)}.strip .plain{fill:var(--plain)}
.floor{stroke:var(--muted);stroke-dasharray:2 3;fill:none;vector-effect:non-scaling-stroke}
.days{stroke:var(--card);fill:none;vector-effect:non-scaling-stroke}
.ends{display:flex;justify-content:space-between;font-size:.78rem;color:var(--muted);margin:.1rem 0 0}
.legend{color:var(--muted);font-size:.9rem}.legend span{display:inline-block;margin-right:.9rem}
.sample{width:16px;height:20px;vertical-align:-3px;margin-right:.2rem}
.changes{list-style:none;margin:.3rem 0 .6rem;padding:0;font-size:.9rem}.changes .mono{color:var(--muted);font-size:.78rem}
.changes .bad{color:var(--bad)}.changes .open{color:var(--open)}.changes .good{color:var(--good)}.changes .info{color:var(--info)}
footer ul{display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;list-style:none;padding:0;margin:.3rem 0}
`,
  narrow: `.badge,.facts .run,.t-schedules .run{white-space:normal}
.device .facts{display:block}.device .facts div{display:flex;gap:.6rem;padding:.1rem 0}.device .facts dt{flex:0 0 5rem;padding-top:.15rem}
.verdict strong{font-size:1.15rem}
.device h4 .small{flex-basis:100%}
}
@media screen and (max-width:26rem){
td,tbody th{padding-left:6rem}td::before,tbody th::before{margin-left:-5.4rem;width:5rem}
`,
  print: `.strip path{print-color-adjust:exact}
.device.bad,.device.open{break-inside:avoid}
`,
})
