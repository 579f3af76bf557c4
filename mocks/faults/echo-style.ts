import type { EchoFault } from './faults.ts'

/** Columns that IOS moves a line to the left by when it reaches the margin; less on a narrow terminal. */
const mostStep = 10

/** The echo of a line behind a prompt of `column` characters, as the device draws it; bytes as text. */
export function drawnEcho(echo: string, prompt: string, fault: EchoFault | undefined): string {
  if (fault === undefined || prompt.length + echo.length < fault.width) return echo
  switch (fault.style) {
    case 'wrap':
      return wrapped(echo, prompt.length, fault.width)
    case 'backspaces':
      return scrolled(echo, fault.width - prompt.length - 1, (shown) => '\b'.repeat(shown))
    case 'return':
      return scrolled(echo, fault.width - prompt.length - 1, () => `\r${prompt}`)
  }
}

function wrapped(echo: string, column: number, width: number): string {
  const first = width - column
  const rows = echo.slice(first).match(new RegExp(`.{1,${width}}`, 'gs')) ?? []
  return [echo.slice(0, first), ...rows].join('\r\n')
}

/** Each time the line reaches the margin it is drawn again from further right, `$` for what went out. */
function scrolled(echo: string, room: number, toStart: (shown: number) => string): string {
  const step = Math.max(1, Math.min(mostStep, Math.floor(room / 2)))
  let out = echo.slice(0, room)
  let shown = room
  for (let at = room; at < echo.length; at += step) {
    const typed = echo.slice(at, at + step)
    const kept = echo.slice(at - room + step + 1, at)
    const blank = Math.max(0, shown - kept.length - 1)
    out += `${toStart(shown)}$${kept}${' '.repeat(blank)}${'\b'.repeat(blank)}${typed}`
    shown = 1 + kept.length + typed.length
  }
  return out
}
