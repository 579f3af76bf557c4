/** What tells echo from output. */
export interface EchoContext {
  /** The prompt that stood in front of the lines, as shown. */
  readonly prompt: string
  readonly noise: (line: string) => boolean
  /** Lines that were sent before and may still be answered: the echo of one ends the last output. */
  readonly stale?: readonly string[]
}

/** How many rows a wrapped echo may take; syslog between them counts. */
const mostRows = 12

/**
 * The output of each sent line: what stands between its echo and the next one's. Undefined while an echo
 * is missing: then a prompt at the end belongs to something older, and the answer is still to come.
 */
export function splitReplies(
  finished: readonly string[],
  sent: readonly string[],
  context: EchoContext,
): readonly (readonly string[])[] | undefined {
  const lines = withWholePrompts(finished, context)
  const outputs: (readonly string[])[] = []
  let from = 0
  for (const [index, line] of sent.entries()) {
    const echo = findEcho(lines, from, line, context)
    if (echo === undefined) return undefined
    if (index > 0) outputs.push(lines.slice(from, echo.at))
    from = echo.end
  }
  const others = (context.stale ?? []).flatMap((line) => findEcho(lines, from, line, context)?.at ?? [])
  outputs.push(lines.slice(from, Math.min(lines.length, ...others)))
  return outputs
}

/**
 * The sent line whose reply is due. A device echoes a line when it reads it, so it is the last one whose
 * echo has come, or the next where a prompt stands behind that one's output; the first where none has come.
 */
export function awaitedOf(
  finished: readonly string[],
  last: string,
  sent: readonly string[],
  context: EchoContext,
): string | undefined {
  const lines = withWholePrompts([...finished, last], context)
  let echoed = 0
  let from = 0
  for (const line of sent) {
    const echo = findEcho(lines, from, line, context)
    if (echo === undefined) break
    echoed += 1
    from = echo.end
  }
  const answered = last.trim() !== '' && last.trimEnd() === context.prompt.trimEnd()
  return sent[Math.min(answered ? echoed : Math.max(0, echoed - 1), sent.length - 1)]
}

/** Puts together again what syslog has cut in the middle of a prompt; the message stands in front of it then. */
function withWholePrompts(lines: readonly string[], context: EchoContext): readonly string[] {
  const prompt = context.prompt.trimEnd()
  const whole: string[] = []
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    const rest =
      line !== '' && line.length < prompt.length && prompt.startsWith(line)
        ? afterNoise(lines, at, context)
        : at
    if (rest > at && `${line}${lines[rest]}`.startsWith(prompt)) {
      whole.push(...lines.slice(at + 1, rest), `${line}${lines[rest]}`)
      at = rest
    } else whole.push(line)
  }
  return whole
}

/** The line behind the syslog that follows line `at`; `at` itself where none does. */
function afterNoise(lines: readonly string[], at: number, context: EchoContext): number {
  let next = at + 1
  let noisy = false
  for (; next < lines.length && next <= at + mostRows; next += 1) {
    const line = lines[next] ?? ''
    if (context.noise(line)) noisy = true
    else if (line.trim() !== '') return noisy ? next : at
  }
  return at
}

function findEcho(
  lines: readonly string[],
  from: number,
  line: string,
  context: EchoContext,
): { readonly at: number; readonly end: number } | undefined {
  for (let at = from; at < lines.length; at += 1) {
    const end = echoEnd(lines, at, line, context)
    if (end !== undefined) return { at, end }
  }
  return undefined
}

/** The index after the echo that begins at `at` with the prompt; undefined when none does. */
function echoEnd(
  lines: readonly string[],
  at: number,
  line: string,
  context: EchoContext,
): number | undefined {
  const first = lines[at] ?? ''
  const prompt = context.prompt.trimEnd()
  if (!first.startsWith(prompt)) return undefined
  const wanted = squeezed(line)
  let seen = squeezed(first.slice(prompt.length))
  if (seen === wanted || scrolled(seen, wanted)) return at + 1
  // Wrapped by the device, or cut by syslog that came while it was typed.
  for (let row = at + 1; row < lines.length && row < at + mostRows; row += 1) {
    const text = lines[row] ?? ''
    if (context.noise(text) || text.trim() === '') continue
    seen += squeezed(text)
    if (seen === wanted) return row + 1
    if (!wanted.startsWith(seen)) return undefined
  }
  return undefined
}

/** A line longer than the terminal is shown from its end, with `$` for what went out on the left. */
function scrolled(seen: string, wanted: string): boolean {
  return seen.length > 8 && seen.startsWith('$') && wanted.endsWith(seen.slice(1))
}

/** Where a device wraps or pads, blanks come and go. */
function squeezed(text: string): string {
  return text.replace(/\s+/g, '')
}
