import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { createSender } from '../../mocks/faults/sender.ts'
import { createFakeClock } from '../fake-clock.ts'

it('sends what is put while the sender has just come to its end', async () => {
  const channel = new PassThrough()
  const sent: string[] = []
  channel.on('data', (bytes: Buffer) => sent.push(bytes.toString('latin1')))
  const send = createSender({ link: {}, channel, clock: createFakeClock(), rekey: () => {}, end: () => {} })
  // Two packets of the client in one read: the second is handled before any promise goes on.
  for (const text of ['one', 'two']) send([{ kind: 'bytes', bytes: Buffer.from(text) }])
  await new Promise((resolve) => setImmediate(resolve))
  expect(sent.join(' ')).toBe('one two')
})
