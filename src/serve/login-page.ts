import { createHash } from 'node:crypto'
import { html, styleElement } from '../report/html/element.ts'

const css = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:12vh auto 0;padding:0 1.25rem}
h1{font-size:1.4rem}label{display:block;font-weight:600}input,button{font:inherit;width:100%;padding:.5rem .6rem;margin:.3rem 0 .9rem;box-sizing:border-box}
.bad{border-left:5px solid #c0262f;padding:.3rem .8rem}`

/** Nothing but this style works, and the form goes nowhere else. */
export const loginPolicy: string = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(css).digest('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`

/** Asks a browser for the token; works without JavaScript. `problem`: why the try before failed. */
export function loginPage(problem?: string): string {
  return `<!doctype html>\n${html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sign in – ikero</title>
${styleElement(css)}
</head>
<body>
<main>
<h1>ikero</h1>
${problem !== undefined && html`<p class="bad" role="alert">${problem}</p>`}
<form method="post" action="/login">
<label for="token">Token of the status page</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<button type="submit">Sign in</button>
</form>
</main>
</body>
</html>`}\n`
}
