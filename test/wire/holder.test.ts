import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { hostname, userInfo } from 'node:os'
import { describe, expect, it } from 'vitest'
import { ownProcess, startedIn } from '../../src/wire/holder.ts'

describe('the process that holds leases', () => {
  it('is told by user, machine and number, and by its start where the system tells it', () => {
    const { mark } = ownProcess({ env: {}, self: { pid: process.pid } })
    expect(mark).toMatchObject({ owner: userInfo().username, machine: hostname(), pid: process.pid })
    if (process.platform !== 'linux') return
    expect(mark.pidStarted).toMatch(/^\d+$/)
    expect(mark.boot).toMatch(/^[0-9a-f-]{36} pid:\[\d+\]$/)
    expect(ownProcess({ env: {} }).mark).toEqual(mark)
  })

  it('sees others of its machine while they run, and that they are gone after', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    await once(child, 'spawn')
    const pid = child.pid ?? 0
    const own = ownProcess({ env: {}, self: { pid: process.pid, isRunning } })
    const seen = own.look(pid)
    expect(seen.kind).toBe('there')
    const ended = once(child, 'exit')
    child.stdin.end()
    await ended
    expect(own.look(pid)).toEqual({ kind: 'gone' })
  })

  it('believes a caller that says of a process that it runs, where /proc does not show it', () => {
    const other = 2 ** 30
    const running = ownProcess({ env: {}, self: { pid: process.pid, isRunning: () => true } })
    expect(running.look(other)).toEqual({ kind: 'there' })
    const ended = ownProcess({ env: {}, self: { pid: process.pid, isRunning: () => false } })
    expect(ended.look(process.pid)).toEqual({ kind: 'gone' })
  })

  it.each([
    ['12 (node) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4242 20', '4242'],
    ['12 (a) Z (b) c) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 77 20', '77'],
    ['12 (node) Z 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4242 20', undefined],
    ['12 (node) S 1 2', undefined],
    ['', undefined],
  ])('reads the start of a process from its stat: %j', (stat, started) => {
    expect(startedIn(stat)).toBe(started)
  })
})

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
