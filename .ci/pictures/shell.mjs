// @ts-check
// A shell in a terminal of tmux, on a socket of its own, driven by keys and read as a person would see it.
import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { linesOf, textOf } from './cells.mjs'

/** @typedef {import('./svg.mjs').Screen} Screen */

export const prompt = '$ '

/** The shell waits for a command: the cursor stands behind a bare prompt. @param {Screen} screen */
export function isPrompt({ lines, cursor }) {
  return cursor?.x === prompt.length && textOf(lines[cursor.line] ?? []).trimEnd() === prompt.trimEnd()
}

/**
 * A program waits for an answer: the cursor stands behind a text of its own. Rows of progress hide the cursor.
 * @param {Screen} screen
 */
export function isQuestion(screen) {
  const { lines, cursor } = screen
  if (cursor === undefined || cursor.x === 0 || isPrompt(screen)) return false
  return !textOf(lines[cursor.line] ?? []).startsWith(prompt)
}

/**
 * @param {{ dir: string, cwd: string, env: Readonly<Record<string, string>>, columns: number, rows: number }} where
 *   `dir` is for the socket: its path must be short.
 */
export function openShell({ dir, cwd, env, columns, rows }) {
  const socket = join(dir, 'tmux')
  const settings = join(dir, 'tmux.conf')
  writeFileSync(
    settings,
    [
      'set -g status off',
      'set -g history-limit 10000',
      'set -g default-shell /bin/sh',
      'set -g default-terminal tmux-256color',
    ].join('\n'),
  )
  /** @param {readonly string[]} args */
  const tmux = (...args) =>
    execFileSync('tmux', ['-u', '-S', socket, '-f', settings, ...args], { cwd, env, encoding: 'utf8' })
  tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), 'exec sh')

  return {
    /** What has been printed so far, and where the window is. @returns {Screen} */
    look() {
      const place = '#{history_size} #{cursor_flag} #{cursor_x} #{cursor_y}'
      const printed = tmux('display-message', '-p', place, ';', 'capture-pane', '-e', '-p', '-S', '-')
      const [first = '', ...rest] = printed.replace(/\n$/, '').split('\n')
      const [top = 0, shown, x = 0, y = 0] = first.split(' ').map(Number)
      const lines = linesOf(rest.join('\n'))
      return shown === 1 ? { lines, top, cursor: { x, line: top + y } } : { lines, top }
    },
    /** @param {string} text */
    type(text) {
      tmux('send-keys', '-l', text)
    },
    /** Sends a key by its name in tmux. @param {string} name */
    press(name) {
      tmux('send-keys', name)
    },
    close() {
      try {
        tmux('kill-server')
      } catch {
        // It has ended already, as its shell did.
      }
      rmSync(settings, { force: true })
      rmSync(socket, { force: true })
    },
  }
}

/** @typedef {ReturnType<typeof openShell>} Shell */
