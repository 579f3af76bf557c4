/**
 * Looks at the page again by itself, and puts in place only what has changed: what is open stays open, and focus,
 * selection and scroll stay where they are. Where ikero does not answer, the page says that it is old. Runs in the
 * reader's browser.
 */
export const refreshScript: string = `'use strict'
const every = 1000 * Number(document.body.querySelector('#stale').dataset.every)
let looking = false
let last = performance.now()
const becomes = (old, now) => {
  if (old.nodeName !== now.nodeName || old.id !== now.id) return old.replaceWith(now)
  if (old.nodeType === 3) {
    if (old.data !== now.data) old.data = now.data
    return
  }
  for (const name of old.getAttributeNames()) if (!now.hasAttribute(name)) old.removeAttribute(name)
  for (const { name, value } of now.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value)
  const [olds, nows] = [[...old.childNodes], [...now.childNodes]]
  olds.forEach((one, nth) => { nth in nows ? becomes(one, nows[nth]) : one.remove() })
  old.append(...nows.slice(olds.length))
}
const show = (page) => {
  if (page.querySelector('style')?.textContent !== document.querySelector('style').textContent) return location.reload()
  for (const { id, parentElement } of document.querySelectorAll('summary[id]')) {
    const same = page.getElementById(id)?.parentElement
    if (same) same.open = parentElement.open
  }
  const focused = document.activeElement
  document.title = page.title
  becomes(document.querySelector('link[rel=icon]'), page.querySelector('link[rel=icon]'))
  becomes(document.body, page.body)
  if (focused.isConnected) return
  const again = focused.id
    ? document.getElementById(focused.id)
    : [...document.links].find((one) => one.getAttribute('href') === focused.getAttribute('href'))
  again?.focus({ preventScroll: true })
}
const look = async () => {
  if (looking || document.hidden || String(getSelection())) return
  looking = true
  last = performance.now()
  try {
    const answer = await fetch(location.href, { cache: 'no-store', signal: AbortSignal.timeout(20000) })
    if (!answer.ok) throw new Error(answer.status)
    show(new DOMParser().parseFromString(await answer.text(), 'text/html'))
  } catch {
    document.querySelector('#stale').hidden = false
  }
  looking = false
}
if (every > 0) {
  setInterval(look, every)
  document.addEventListener('visibilitychange', () => { if (performance.now() - last >= every) look() })
}
`
