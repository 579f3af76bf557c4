// @ts-check
// Screens of a shell while a person works with it, and the film that they make.
import { setTimeout as pause } from 'node:timers/promises'
import { isBlank, textOf } from './cells.mjs'
import { isPrompt, isQuestion } from './shell.mjs'

/** @typedef {import('./svg.mjs').Screen} Screen */
/** @typedef {import('./shell.mjs').Shell} Shell */

/** How often the terminal is looked at: a spinner should be seen to turn, and each of its turns takes room. */
const everyMs = 240
/** Nothing in a film waits longer than this by itself. */
const longestMs = 900
const keyMs = 55
const patienceMs = 90_000

/** @param {Shell} shell */
export function record(shell) {
  /** @type {{ screen: Screen, key: string, atMs: number, holdMs?: number }[]} */
  const taken = []

  function take() {
    const screen = shell.look()
    const key = JSON.stringify(screen)
    if (taken.at(-1)?.key !== key) taken.push({ screen, key, atMs: performance.now() })
    return screen
  }

  /**
   * Looks until the terminal is as wanted so many times in a row, unchanged; throws what it shows when that takes too
   * long.
   * @param {string} what @param {(screen: Screen) => boolean} wanted @param {number} times
   */
  async function until(what, wanted, times) {
    const from = performance.now()
    let before = ''
    let same = 0
    while (performance.now() - from < patienceMs) {
      const screen = take()
      const key = JSON.stringify(screen)
      same = key === before ? same + 1 : 1
      if (wanted(screen) && same >= times) return screen
      before = key
      await pause(everyMs)
    }
    const text = take().lines.map(textOf).join('\n').trimEnd()
    throw new Error(`waited ${patienceMs / 1000}s for ${what}; the terminal shows:\n${text}`)
  }

  /** The last screen is shown for so long. @param {number} ms */
  function hold(ms) {
    const last = taken.at(-1)
    if (last !== undefined) last.holdMs = ms
  }

  return {
    hold,
    /** @param {string} text */
    async type(text) {
      for (const character of text) {
        shell.type(character)
        await pause(keyMs)
        take()
        hold(keyMs)
      }
    },
    /** Sends the line that was typed and returns the number of that line. */
    enter() {
      const { cursor } = take()
      shell.press('Enter')
      return cursor?.line ?? 0
    },
    /** Until the command that was entered on this line has ended. @param {number} entered */
    prompt: (entered) =>
      until('the prompt', (screen) => isPrompt(screen) && (screen.cursor?.line ?? 0) > entered, 2),
    /** Until the program stands still behind a text: what it does beside would be drawn anew in a second. */
    question: () => until('a question', isQuestion, 5),
    /** Shows the lines from this one on, as somebody does who scrolls back. @param {number} line @param {number} perStep */
    scrollBack(line, perStep) {
      const { lines, top } = take()
      for (let at = top; at > line; ) {
        at = Math.max(line, at - perStep)
        taken.push({ screen: { lines, top: at }, key: `scrolled ${at}`, atMs: performance.now(), holdMs: 60 })
      }
    },
    /** @returns {import('./svg.mjs').Film} */
    film: () =>
      taken.map(({ screen, atMs, holdMs }, nth) => {
        const passed = (taken[nth + 1]?.atMs ?? atMs) - atMs
        return { screen, forMs: Math.round(holdMs ?? Math.min(passed, longestMs)) }
      }),
  }
}

/**
 * What a command printed, from its own line to the one before the next prompt. Of what is too long for a picture the
 * beginning is left, up to the end of a paragraph, and the last paragraph; the lines between are counted.
 * @param {Screen} screen @param {number} entered the line of the command @param {number} most
 * @returns {readonly import('./cells.mjs').Line[]}
 */
export function printedBy({ lines, cursor }, entered, most) {
  const all = lines.slice(entered, cursor?.line)
  if (all.length <= most) return all
  const tail = all.slice(all.findLastIndex(isBlank))
  const room = most - tail.length - 2
  const end = all.slice(0, room + 1).findLastIndex(isBlank)
  const head = all.slice(0, end > 0 ? end : room)
  const left = all.length - head.length - tail.length
  return [...head, [], [{ text: `  … ${left} lines …`, look: 'dim' }], ...tail]
}
