import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readOnlyLine } from '../../src/model/ids.ts'
import { openReadShell } from '../../src/session/open.ts'
import type { ByteLink } from '../../src/transport/link.ts'
import { captureCases } from '../contract/captures.ts'
import { createFakeClock } from '../fake-clock.ts'
import { asaOptions, options, router } from './devices.ts'
import { faultOf } from './fault-of.ts'
import { cutInto, scriptedLink } from './scripted-link.ts'

const version = readOnlyLine('show version')
const cases = (['ios', 'asa'] as const).flatMap((platform) =>
  captureCases(platform).map((one) => ({ ...one, platform })),
)
type Case = (typeof cases)[number]

/** What a session reads of a device that prints the capture, cut into packets of the sizes in turn. */
async function readOf({ platform, text }: Case, sizes: readonly number[]): Promise<string> {
  const clock = createFakeClock()
  const printed = text.replaceAll('\r', '')
  const link = scriptedLink(
    router(
      { 'show version': printed.endsWith('\n') ? printed : `${printed}\n`, 'terminal pager 0': '' },
      { cut: cutInto(sizes) },
    ),
  )
  const shell = await clock.settle(
    openReadShell(link, platform === 'asa' ? asaOptions({ clock }) : options({ clock })),
  )
  const capture = await clock.settle(shell.run(version))
  await clock.settle(shell.close())
  return capture.text
}

const whole = [Number.MAX_SAFE_INTEGER]

describe('a capture', () => {
  it.each(cases.map((one): [string, Case] => [`${one.platform}/${one.slug}/${one.name}`, one]))(
    'reads the same byte by byte: %s',
    async (_, one) => {
      const read = await readOf(one, whole)
      expect(read).not.toBe('')
      expect(await readOf(one, [1])).toBe(read)
    },
  )

  it('reads the same however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...cases),
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 }),
        async (one, sizes) => {
          expect(await readOf(one, sizes)).toBe(await readOf(one, whole))
        },
      ),
      { numRuns: 100 },
    )
  })
})

/** What hostile output is made of: any bytes, and what prompts, pagers, questions and echoes look like. */
const hostile = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc
    .constantFrom(
      'hub1#',
      'hub1>',
      'hub1(config)#',
      '\r\n',
      '\rhub1#',
      ' --More-- ',
      '\b\b\b',
      'Password: ',
      'Continue? [yes/no]: ',
      '[confirm]',
      'show version\r\n',
      '\u001b]52;c;aGk=\u0007',
      '\u001b[2J',
      '\u001b]',
      '*Mar  1 00:00:01: %SYS-5-CONFIG_I: x\r\n',
    )
    .map((text) => new Uint8Array(Buffer.from(text, 'utf8'))),
)

/** A link that says the packets, takes everything, and is silent afterwards. */
function babbling(next: () => Uint8Array | undefined): ByteLink & { readonly written: string[] } {
  const written: string[] = []
  let end: (chunk: 'closed') => void = () => undefined
  let closed = false
  return {
    peer: '192.0.2.1:22',
    written,
    read: () => {
      const packet = closed ? undefined : next()
      if (packet !== undefined) return Promise.resolve(packet)
      if (closed) return Promise.resolve('closed')
      return new Promise((resolve) => {
        end = resolve
      })
    },
    write: (text) => {
      written.push(text)
      return Promise.resolve()
    },
    close: () => {
      closed = true
      end('closed')
    },
  }
}

describe('bytes without sense', () => {
  it('end a session by its deadline at the latest, and nothing is typed that could change a device', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { maxLength: 40 }), async (packets) => {
        const clock = createFakeClock()
        let at = 0
        const link = babbling(() => packets[at++])
        const work = openReadShell(
          link,
          options({ clock, enableSecret: () => Promise.resolve('s3cret') }),
        ).then((shell) => shell.run(version))
        await clock.settle(work.catch(() => undefined))
        expect(clock.monotonicMs()).toBeLessThanOrEqual(60_000)
        expect(clock.pending).toBe(0)
        expect(link.written.join('')).not.toMatch(/conf|write|reload|clear/)
      }),
      { numRuns: 300 },
    )
  })

  it('are given up after so many, where they never end', async () => {
    const clock = createFakeClock()
    const [noise] = fc.sample(fc.uint8Array({ minLength: 65_536, maxLength: 65_536, size: 'max' }), {
      numRuns: 1,
      seed: 7,
    })
    const link = babbling(() => noise)
    const fault = await clock.settle(faultOf(openReadShell(link, options({ clock }))))
    expect(fault.code).toBe('OUTPUT_TOO_LARGE')
    expect(fault.message).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
  })
})
