// @ts-check
// What `tmux capture-pane -e` prints, as lines of runs. tmux is the terminal: movements of the cursor are done, and
// what is left in its text is SGR, which goes on from one line to the next.

/** Text in one look: class names of svg.mjs with blanks between, '' for plain. @typedef {{ text: string, look: string }} Run */
/** @typedef {readonly Run[]} Line */

const colours = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']

/** @typedef {{ front: string, back: string, flags: Set<string> }} State */

/** @type {Readonly<Record<number, readonly ['on' | 'off', ...string[]]>>} */
const flags = {
  1: ['on', 'bold'],
  2: ['on', 'dim'],
  3: ['on', 'italic'],
  4: ['on', 'underline'],
  7: ['on', 'inverse'],
  22: ['off', 'bold', 'dim'],
  23: ['off', 'italic'],
  24: ['off', 'underline'],
  27: ['off', 'inverse'],
}

/** Changes the state; throws where a picture would not look like the terminal. @param {State} state @param {number} code */
function apply(state, code) {
  const [what, ...names] = flags[code] ?? []
  const colour = colours[code % 10]
  if (code === 0) {
    state.front = ''
    state.back = ''
    state.flags.clear()
  } else if (what === 'on') for (const name of names) state.flags.add(name)
  else if (what === 'off') for (const name of names) state.flags.delete(name)
  else if (code === 39) state.front = ''
  else if (code === 49) state.back = ''
  // A bright colour is drawn as the colour: each palette has one of a kind that can be read on its ground.
  else if (colour !== undefined && [3, 9].includes(Math.floor(code / 10))) state.front = colour
  else if (colour !== undefined && [4, 10].includes(Math.floor(code / 10))) state.back = colour
  else throw new Error(`the pictures cannot show SGR ${code}: add it to .ci/pictures/cells.mjs`)
}

/** @param {State} state */
function lookOf({ front, back, flags: on }) {
  const inverse = on.has('inverse')
  const ink = inverse ? back || 'ground' : front
  const ground = inverse ? front || 'ink' : back
  const rest = [...on].filter((name) => name !== 'inverse').sort()
  return [ink, ground && `on-${ground}`, ...rest].filter((name) => name !== '').join(' ')
}

/** @param {string} captured @returns {readonly Line[]} */
export function linesOf(captured) {
  /** @type {State} */
  const state = { front: '', back: '', flags: new Set() }
  return captured.split('\n').map((line) => {
    /** @type {Run[]} */
    const runs = []
    for (const [, codes, text = ''] of line.matchAll(/\u001b\[([0-9;]*)m|([^\u001b]+)/g)) {
      if (codes !== undefined) for (const code of codes.split(';')) apply(state, Number(code))
      else if (runs.at(-1)?.look === lookOf(state))
        runs.push({ text: `${runs.pop()?.text}${text}`, look: lookOf(state) })
      else runs.push({ text, look: lookOf(state) })
    }
    return runs
  })
}

/** @param {Line} line */
export const textOf = (line) => line.map(({ text }) => text).join('')

/** @param {Line} line */
export const isBlank = (line) => textOf(line).trim() === ''
