import type { ServeView } from '../../model/serve-view.ts'
import type { Tone } from '../change-report.ts'
import { serveVerdict } from '../serve-verdict.ts'
import { htmlDocument, sourceHash } from './document.ts'
import { type Html, html } from './element.ts'
import { contextOf, type StatusContext, timeAndAgo, timeOf } from './status/context.ts'
import { devicesPart } from './status/devices.ts'
import { iconSheet } from './status/marks.ts'
import { openPart, servePart } from './status/open.ts'
import { schedulesPart } from './status/schedules.ts'
import { refreshScript } from './status/script.ts'
import { statusCss } from './status/style.ts'
import { verdictPart } from './status/verdict.ts'

export { deviceAnchor } from './status/context.ts'

export interface StatusPageOptions {
  /** After so many seconds the page looks again by itself; 0: never. Absent: 60. */
  readonly refreshSeconds?: number
  /** Whoever reads it came in with the token: there is a way out. */
  readonly signedIn?: boolean
}

export interface StatusPage {
  readonly html: string
  /** The Content-Security-Policy header that it is to be sent with. */
  readonly csp: string
}

/**
 * Only this very style and script work; the page loads nothing, stands in no frame, and asks nobody but its own server,
 * for itself and for the way out.
 */
export const statusPolicy: string = [
  "default-src 'none'",
  `style-src ${sourceHash(statusCss)}`,
  `script-src ${sourceHash(refreshScript)}`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const places: readonly (readonly [string, string])[] = [
  ['schedules', 'Schedules'],
  ['devices', 'Devices'],
  ['open', 'Open proofs'],
  ['serve', 'ikero serve itself'],
]

/** The status page of `ikero serve`: answers whether everything is still as it was proven. Its links are relative. */
export function statusPage(view: ServeView, options: StatusPageOptions = {}): StatusPage {
  const context = contextOf(view)
  const verdict = serveVerdict(view)
  const every = options.refreshSeconds ?? 60
  const page = htmlDocument({
    title: `${verdict.short} – ikero status`,
    css: statusCss,
    // With scripts the page looks again without losing what is open; without, it is asked for anew.
    head: html`${every > 0 && html`<noscript><meta http-equiv="refresh" content="${every}"></noscript>\n`}<link rel="icon" href="${iconOf(verdict.tone)}">\n`,
    skip: 'Skip to the answer',
    header: head(view, context, every),
    nav: { label: 'Parts of this page', places },
    main: html`${iconSheet()}${verdictPart(verdict, view, context)}${schedulesPart(view.schedules, context)}${devicesPart(view, context)}${openPart(view.open, context)}${servePart(view)}`,
    footer: foot(view, context, options.signedIn === true),
    script: refreshScript,
  })
  return { html: page, csp: statusPolicy }
}

function head({ at }: ServeView, context: StatusContext, every: number): Html {
  const made = timeOf(at, context.zone, context, { offset: true })
  return html`<header><div class="wrap"><p class="kind">ikero serve</p><h1>Is it still as it was proven?</h1><p class="meta">As of ${made}. <a href="">Look again</a></p><p id="stale" class="verdict bad" role="alert" data-every="${every}" hidden><b>ikero serve does not answer.</b> What stands here is of ${made}.</p></div></header>`
}

const iconColours: Readonly<Record<Tone, string>> = {
  good: '1a7f4b',
  open: 'b97900',
  bad: 'c0262d',
  info: '1f6fb8',
  plain: '6b7686',
}

/** A dot in the tab; the title says the same in words. */
function iconOf(tone: Tone): string {
  return `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='7' fill='%23${iconColours[tone]}'/%3E%3C/svg%3E`
}

function foot({ version, startedAt }: ServeView, context: StatusContext, signedIn: boolean): Html {
  return html`<footer><div class="wrap"><p>ikero ${version}, serving since ${timeAndAgo(startedAt, context.zone, context, { offset: true })}. This page only shows: nothing can be changed here.</p><ul><li><a href="status.json">status.json</a></li><li><a href="metrics">metrics</a></li></ul>${signedIn && html`<form method="post" action="logout"><button>Sign out</button></form>`}</div></footer>`
}
