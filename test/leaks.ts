import { afterEach, expect } from 'vitest'

// A test that leaves a socket, server or child process open would hide that the program does.
// Workers of the test runner itself are of other kinds.
const watched = new Set(['TCPSocketWrap', 'TCPServerWrap', 'ProcessWrap'])

function open(): readonly string[] {
  return process.getActiveResourcesInfo().filter((kind) => watched.has(kind))
}

const before = open().length

afterEach(async () => {
  for (let turn = 0; turn < 50 && open().length > before; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve))
  }
  for (let turn = 0; turn < 20 && open().length > before; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  expect(open().length, `left open: ${open().join(', ')}`).toBeLessThanOrEqual(before)
})
