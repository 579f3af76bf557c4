// @ts-check
// A recorded terminal as one SVG that needs nothing else: text that can be selected, no script, no font of its own.
// Lines lie on a tape that grows as the terminal prints; the window shows a part of it. So each line stands in the
// file once for each thing that it said, and what scrolls costs nothing.
import { isBlank } from './cells.mjs'

/** @typedef {import('./cells.mjs').Line} Line */
/** Lines from the first one that was ever printed, the line at the window's top, and where the cursor stands. @typedef {{ lines: readonly Line[], top: number, cursor?: { x: number, line: number } }} Screen */
/** Screens, each with the milliseconds for which it is shown. @typedef {readonly { screen: Screen, forMs: number }[]} Film */

// DejaVu Sans Mono and Menlo have the widest cells of the fonts named below: 0.602 of the height.
const cell = { width: 8.43, height: 19, font: 14, baseline: 14 }
const padding = 22

// GitHub's own colours, light and dark: every one of them can be read on its ground.
const palettes = {
  light: {
    ...{
      ground: '#ffffff',
      edge: '#d0d7de',
      ink: '#1f2328',
      dim: '#59636e',
      black: '#24292f',
      white: '#59636e',
    },
    ...{
      red: '#cf222e',
      green: '#116329',
      yellow: '#7d4e00',
      blue: '#0550ae',
      magenta: '#8250df',
      cyan: '#1b6e75',
    },
  },
  dark: {
    ...{
      ground: '#0d1117',
      edge: '#3d444d',
      ink: '#e6edf3',
      dim: '#9198a1',
      black: '#9198a1',
      white: '#f0f6fc',
    },
    ...{
      red: '#ff7b72',
      green: '#3fb950',
      yellow: '#d29922',
      blue: '#58a6ff',
      magenta: '#bc8cff',
      cyan: '#39c5cf',
    },
  },
}

const inks = ['red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'black', 'white', 'ground', 'ink']

/** @param {Readonly<Record<string, string>>} palette */
const variables = (palette) =>
  `svg{${Object.entries(palette)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';')}}`

const style = [
  variables(palettes.light),
  `@media(prefers-color-scheme:dark){${variables(palettes.dark)}}`,
  '.window{fill:var(--ground);stroke:var(--edge)}',
  `text{fill:var(--ink);font:${cell.font}px ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;white-space:pre}`,
  '.dim{fill:var(--dim)}.bold{font-weight:700}.italic{font-style:italic}.underline{text-decoration:underline}',
  ...inks.map((name) => `.${name}{fill:var(--${name})}.on-${name}{fill:var(--${name})}`),
  '.cursor{fill:var(--dim)}.past{visibility:hidden}',
].join('\n')

/** A text as XML 1.0 has it; a control character has no place in it. @param {string} text */
export function escapeXml(text) {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** Two digits are enough, and none that says nothing. @param {number} value */
const short = (value) => String(Number(value.toFixed(2)))

/**
 * The words of a run and where they begin. What follows a gap, and what may come from another font, has a place of
 * its own: columns stand one below the other whatever font the reader has.
 * @param {string} text @param {number} column
 */
function* wordsFrom(text, column) {
  let at = column
  for (const [piece] of text.matchAll(/[!-~]+(?: [!-~]+)* *| +|[^ -~]/gu)) {
    const width = [...piece].length
    yield { piece, column: at }
    at += width
  }
}

/** A line without its place; '' for an empty one. @param {Line} line */
function drawn(line) {
  let column = 0
  let spans = ''
  const grounds = []
  for (const { text, look } of line) {
    const ground = /\bon-\S+/.exec(look)?.[0]
    const ink = look.replace(/\bon-\S+ ?/, '').trim()
    if (ground !== undefined) grounds.push({ ground, column, width: [...text].length })
    for (const { piece, column: at } of wordsFrom(text, column)) {
      const place = at === 0 ? '' : ` x="${short(at * cell.width)}"`
      const attributes = `${ink === '' ? '' : ` class="${ink}"`}${place}`
      spans += attributes === '' ? escapeXml(piece) : `<tspan${attributes}>${escapeXml(piece)}</tspan>`
    }
    column += [...text].length
  }
  return { spans, grounds }
}

/** @param {Line} line @param {number} nth */
function lineAt(line, nth) {
  const { spans, grounds } = drawn(line)
  const top = nth * cell.height
  const boxes = grounds.map(
    ({ ground, column, width }) =>
      `<rect class="${ground}" x="${short(column * cell.width)}" y="${top}" width="${short(width * cell.width)}" height="${cell.height}"/>`,
  )
  return `${boxes.join('')}<text y="${top + cell.baseline}">${spans}</text>`
}

/** From when until when something is shown, in milliseconds of the film. @typedef {[number, number][]} Spans */

/**
 * What stands on the tape, with the times at which it does.
 * @param {Film} film @returns {ReadonlyMap<string, Spans>}
 */
function tapeOf(film) {
  /** @type {Map<string, Spans>} */
  const tape = new Map()
  let from = 0
  for (const { screen, forMs } of film) {
    const until = from + forMs
    for (const [nth, line] of screen.lines.entries()) {
      if (isBlank(line) && line.every(({ look }) => !look.includes('on-'))) continue
      const markup = lineAt(line, nth)
      const spans = tape.get(markup) ?? []
      const last = spans.at(-1)
      if (last !== undefined && last[1] === from) last[1] = until
      else spans.push([from, until])
      tape.set(markup, spans)
    }
    from = until
  }
  return tape
}

/** Keyframes that hold each value until the next one. @param {string} name @param {readonly (readonly [number, string])[]} points @param {number} total */
function keyframes(name, points, total) {
  const steps = points.map(([ms, value]) => `${short((ms / total) * 100)}%{${value}}`)
  return `@keyframes ${name}{${steps.join('')}}.${name}{animation-name:${name}}`
}

/** @param {Spans} spans @param {number} total @returns {[number, string][]} */
function visibility(spans, total) {
  /** @type {[number, string][]} */
  const points = spans[0]?.[0] === 0 ? [] : [[0, 'visibility:hidden']]
  for (const [from, until] of spans) {
    points.push([from, 'visibility:visible'])
    if (until < total) points.push([until, 'visibility:hidden'])
  }
  return points
}

/** The tape: what is shown at the same times is one group. @param {Film} film @param {number} total */
function groups(film, total) {
  /** @type {Map<string, { spans: Spans, markup: string[] }>} */
  const together = new Map()
  for (const [markup, spans] of tapeOf(film)) {
    const key = JSON.stringify(spans)
    const group = together.get(key) ?? { spans, markup: [] }
    group.markup.push(markup)
    together.set(key, group)
  }
  const rules = []
  let body = ''
  for (const [nth, { spans, markup }] of [...together.values()].entries()) {
    const always = spans.length === 1 && spans[0]?.[0] === 0 && spans[0][1] === total
    if (!always) rules.push(keyframes(`k${nth}`, visibility(spans, total), total))
    const past = spans.at(-1)?.[1] === total ? '' : ' past'
    body += always ? markup.join('\n') : `<g class="k${nth}${past}">${markup.join('\n')}</g>\n`
  }
  return { body, rules }
}

/**
 * Something that moves over the film: its place at the end, and the rule that moves it.
 * @param {string} name @param {Film} film @param {number} total @param {(screen: Screen) => string} placeOf
 */
function moving(name, film, total, placeOf) {
  /** @type {[number, string][]} */
  const points = []
  let from = 0
  for (const { screen, forMs } of film) {
    const place = placeOf(screen)
    if (points.at(-1)?.[1] !== place) points.push([from, place])
    from += forMs
  }
  const last = points.at(-1)?.[1] ?? ''
  return { last: `.${name}{${last}}`, rules: points.length > 1 ? [keyframes(name, points, total)] : [] }
}

/** @param {Screen} screen */
const tapePlace = ({ top }) => `transform:translateY(${-top * cell.height}px)`

/** @param {Screen} screen */
const cursorPlace = ({ cursor }) =>
  cursor === undefined
    ? 'visibility:hidden;transform:none'
    : `visibility:visible;transform:translate(${short(cursor.x * cell.width)}px,${cursor.line * cell.height}px)`

/**
 * The film in a window of so many cells. It runs in a loop; who does not want motion sees the last screen.
 * @param {{ title: string, description: string, columns: number, rows: number, film: Film }} what
 */
export function terminalSvg({ title, description, columns, rows, film }) {
  const total = film.reduce((sum, { forMs }) => sum + forMs, 0)
  const inner = { width: Math.ceil(columns * cell.width), height: rows * cell.height }
  const outer = { width: inner.width + 2 * padding, height: inner.height + 2 * padding }
  const { body, rules } = groups(film, total)
  const tape = moving('tape', film, total, tapePlace)
  const cursor = moving('cursor', film, total, cursorPlace)
  const moves = [...rules, ...tape.rules, ...cursor.rules]
  const motion =
    moves.length === 0
      ? ''
      : `@media(prefers-reduced-motion:no-preference){g,.cursor{animation:${short(total / 1000)}s step-end infinite}\n${moves.join('\n')}}`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${outer.width} ${outer.height}" width="${outer.width}" height="${outer.height}" role="img" aria-labelledby="title desc">
<title id="title">${escapeXml(title)}</title>
<desc id="desc">${escapeXml(description)}</desc>
<style>
${style}
${tape.last}${cursor.last}
${motion}
</style>
<rect class="window" x=".5" y=".5" width="${outer.width - 1}" height="${outer.height - 1}" rx="8"/>
<svg x="${padding}" y="${padding}" width="${inner.width}" height="${inner.height}" xml:space="preserve"><g class="tape">
<rect class="cursor" width="${short(cell.width)}" height="${cell.height - 1}"/>
${body}</g></svg>
</svg>
`
}
