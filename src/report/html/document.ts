import { createHash } from 'node:crypto'
import { type Html, html, scriptElement, styleElement } from './element.ts'

/** A style or a script as a security policy names it: nothing else is applied or run. */
export function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

export interface PageParts {
  readonly title: string
  readonly css: string
  /** More for its head, behind the title. */
  readonly head?: Html
  /** What the link says that leads a keyboard past head and navigation. */
  readonly skip: string
  readonly header: Html
  /** The name of the navigation, and its places: an id, and what the link says. */
  readonly nav: { readonly label: string; readonly places: readonly (readonly [string, string])[] }
  readonly main: Html
  readonly footer: Html
  /** A script of this program, run when all is there. */
  readonly script?: string
}

/** A page that needs nothing else, with its landmarks. Ends with a line feed. */
export function htmlDocument(parts: PageParts): string {
  const { nav, script } = parts
  return `<!doctype html>\n${html`<html lang="en">
<head>
<meta charset="utf-8">
${parts.head}<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${parts.title}</title>
${styleElement(parts.css)}
</head>
<body>
<a class="skip" href="#main">${parts.skip}</a>
${parts.header}
<nav aria-label="${nav.label}"><div class="wrap"><ul>${nav.places.map(([id, text]) => html`<li><a href="#${id}">${text}</a></li>`)}</ul></div></nav>
<main id="main" tabindex="-1"><div class="wrap">
${parts.main}</div></main>
${parts.footer}
${script !== undefined && scriptElement(script)}</body>
</html>`}\n`
}
