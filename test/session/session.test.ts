import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readOnlyLine } from '../../src/model/ids.ts'
import type { ReadShell } from '../../src/model/shell.ts'
import { openReadShell, type ShellOptions } from '../../src/session/open.ts'
import type { ByteLink } from '../../src/transport/link.ts'
import { createFakeClock } from '../fake-clock.ts'
import { type Answers, asaOptions, invalidInput, options, router } from './devices.ts'
import { faultOf } from './fault-of.ts'
import { cutInto, type DeviceState, type Script, type ScriptedLink, scriptedLink } from './scripted-link.ts'

const show = readOnlyLine
const version = 'Cisco IOS Software, Version 15.2(4)M6\n\nhub1 uptime is 3 days\n'

interface Opened {
  readonly shell: ReadShell
  readonly link: ScriptedLink
}

async function opened(
  answers: Answers,
  script: Partial<Script> = {},
  more: Partial<ShellOptions> = {},
): Promise<Opened> {
  const link = scriptedLink(router(answers, script))
  return { link, shell: await openReadShell(link, options(more)) }
}

describe('a read-only session', () => {
  it('gives the text between echo and prompt', async () => {
    const { shell } = await opened({ 'show version': version })
    expect(await shell.run(show('show version'))).toEqual({ line: 'show version', text: version.trimEnd() })
  })

  it('turns the pager off in the wait for its first line, and behind it types nothing more', async () => {
    const { shell, link } = await opened({ 'show version': version })
    const before = shell.roundTrips
    expect((await shell.run(show('show version'))).text).toBe(version.trimEnd())
    expect(shell.roundTrips - before).toBe(1)
    expect(link.state.lines).toEqual(['', 'terminal length 0', 'terminal width 512', 'show version'])
  })

  it('asks many lines in one wait, and gives the captures in their order', async () => {
    const { shell, link } = await opened({
      'show version': version,
      'show clock': '12:00\n',
      'show users': '',
    })
    await shell.run(show('show version'))
    const before = shell.roundTrips
    const captures = await shell.runAll([
      show('show clock'),
      show('show users'),
      show('show version'),
      show('show clock'),
    ])
    expect(captures.map((capture) => capture.text)).toEqual(['12:00', '', version.trimEnd(), '12:00'])
    expect(shell.roundTrips - before).toBe(1)
    expect(link.state.lines.slice(-4)).toEqual(['show clock', 'show users', 'show version', 'show clock'])
  })

  it('asks one by one where the pager could not be turned off', async () => {
    const { shell } = await opened({ 'terminal length 0': invalidInput, 'show clock': '12:00\n' })
    const before = shell.roundTrips
    await shell.runAll([show('show clock'), show('show clock'), show('show clock')])
    expect(shell.roundTrips - before).toBe(3)
  })

  it('types no more ahead than a terminal holds', async () => {
    const long = show(`show running-config | include ${'x'.repeat(150)}`)
    const { shell } = await opened({ [long]: 'y\n' })
    const before = shell.roundTrips
    const captures = await shell.runAll([long, long, long, long, long])
    expect(captures).toHaveLength(5)
    expect(shell.roundTrips - before).toBe(3)
  })

  it('tells a refusal from output', async () => {
    const { shell } = await opened({
      'show crypto map':
        '% Something was found that is only a line\nof an output\nthat is long\nenough\nreally\n',
      'show version': 'Command authorization failed.\n\n',
    })
    const nonsense = await shell.run(show('show nonsense'))
    expect(nonsense.refusal).toBe("% Invalid input detected at '^' marker.")
    expect(await shell.run(show('show crypto map'))).not.toHaveProperty('refusal')
    expect((await shell.run(show('show version'))).refusal).toBe('Command authorization failed.')
  })

  it('tells a refusal of an ASA', async () => {
    const answer = (line: string): string =>
      line.startsWith('show') ? "show foo\n     ^\nERROR: % Invalid input detected at '^' marker.\n" : ''
    const shell = await openReadShell(
      scriptedLink({ prompt: 'fw# ', answer: (line) => answer(line).replace('show foo\n', '') }),
      asaOptions(),
    )
    expect((await shell.run(show('show foo'))).refusal).toBe("ERROR: % Invalid input detected at '^' marker.")
  })

  it('turns pages although the pager was switched off, however the mark is erased', async () => {
    for (const erase of ['\b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\b', '\r          \r', '']) {
      const pages = (state: DeviceState): string => {
        state.prompt = ' --More-- '
        return 'one\ntwo\n'
      }
      let left = 2
      const key = (_key: string, state: DeviceState): string | undefined => {
        if (state.prompt !== ' --More-- ') return undefined
        left -= 1
        if (left === 0) state.prompt = 'hub1#'
        return left > 0 ? `${erase} three\r\n --More-- ` : `${erase}four\r\nhub1#`
      }
      const { shell } = await opened({ 'show version': pages, 'show clock': '12:00\n' }, { key })
      expect((await shell.run(show('show version'))).text).toBe('one\ntwo\n three\nfour')
      expect((await shell.run(show('show clock'))).text).toBe('12:00')
    }
  })

  it('reads on where a pager took what was typed ahead, and where the device was only slow', async () => {
    const clock = createFakeClock()
    const pauses: Record<string, number> = { 'show b': 3000 }
    const link = scriptedLink(router({ 'show a': 'of a\n', 'show b': 'of b\n', 'show c': 'of c\n' }))
    // A device that takes its lines one after the other, one of them late.
    let turn = Promise.resolve()
    const slow: ByteLink = {
      peer: link.peer,
      read: () => link.read(),
      close: () => link.close(),
      write: async (text) => {
        for (const line of text.match(/[^\r]*\r/g) ?? []) {
          turn = turn.then(async () => {
            const ms = pauses[line.trim()]
            delete pauses[line.trim()]
            if (ms !== undefined) await clock.sleep(ms)
            await link.write(line)
          })
        }
      },
    }
    const shell = await clock.settle(openReadShell(slow, options({ clock })))
    const captures = await clock.settle(shell.runAll(['show a', 'show b', 'show c'].map(show)))
    expect(captures.map((capture) => capture.text)).toEqual(['of a', 'of b', 'of c'])
  })

  it('puts a prompt together again that syslog has cut in two', async () => {
    const { shell, link } = await opened({ 'show a': 'of a\n', 'show b': 'of b\n' })
    const message = '*Mar  1 00:00:01.000: %SYS-5-CONFIG_I: Configured from console'
    link.state.prompt = `hu\r\n${message}\r\nb1#`
    const captures = await shell.runAll([show('show a'), show('show b')])
    expect(captures.map((capture) => capture.text)).toEqual(['of a', 'of b'])
  })

  it('takes syslog out of output, prompt and echo', async () => {
    const log = '*Mar  1 00:00:01.123: %SYS-5-CONFIG_I: Configured from console by netops on vty0 (10.0.0.1)'
    const { shell, link } = await opened({
      'show clock': `12:00\n${log}\n12:01\n`,
      'show users': 'a\n',
      'show version': (state) => {
        state.silent = true
        setImmediate(() => link.say(`hub1#\r\n${log}\r\n`))
        return 'b\n'
      },
    })
    expect((await shell.run(show('show clock'))).text).toBe('12:00\n12:01')
    link.say(`\r\n${log}\r\n`)
    expect((await shell.run(show('show users'))).text).toBe('a')
    expect((await shell.run(show('show version'))).text).toBe('b')
    expect((await shell.run(show('show users'))).text).toBe('a')
  })

  it('finds an echo that syslog has cut in two', async () => {
    const log = '%LINK-3-UPDOWN: Interface Tunnel1, changed state to up'
    const { shell } = await opened(
      { 'show version': 'b\n' },
      {
        echoAs: (line) =>
          line.startsWith('show') ? `${line.slice(0, 6)}\r\n${log}\r\n${line.slice(6)}` : line,
      },
    )
    expect((await shell.run(show('show version'))).text).toBe('b')
  })

  it.each([
    ['wrapped at 40 columns', (line: string) => line.replace(/.{34}/g, '$&\r\n')],
    ['wrapped with a blank and a backspace', (line: string) => line.replace(/.{34}/g, '$& \b')],
    ['redrawn from its start', (line: string) => `${line.slice(0, 20)}\rhub1#${line}`],
    ['scrolled to the left', (line: string) => `${line}\rhub1#$${line.slice(30)}${' '.repeat(30)}`],
  ])('finds an echo that is %s', async (_how, echoAs) => {
    const line = show('show running-config | include crypto ipsec profile VPN-BRANCH-OFFICES')
    const { shell } = await opened(
      { [line]: 'crypto ipsec profile VPN-BRANCH-OFFICES\n' },
      { echoAs: (typed) => (typed === line ? echoAs(typed) : typed) },
    )
    expect((await shell.run(line)).text).toBe('crypto ipsec profile VPN-BRANCH-OFFICES')
  })

  it('is not taken in by output that looks like its prompt or like a line typed at it', async () => {
    const tricky = 'banner motd\nhub1#\nhub1# show users\nhub9#\nrouter>\n--More-- in text\nend\n'
    const { shell } = await opened(
      { 'show running-config': tricky, 'show users': 'u\n' },
      { cut: cutInto([1]) },
    )
    const captures = await shell.runAll([
      show('show running-config'),
      show('show version'),
      show('show users'),
    ])
    expect(captures[0]?.text).toBe(tricky.trimEnd())
    expect(captures[2]?.text).toBe('u')
  })

  it('gives the same captures however the bytes are cut', async () => {
    const line = fc.string({
      unit: fc.constantFrom('a', 'Z', '9', ' ', '#', '>', '(', ')', '%', ':', '^', '-', 'é', '€', '😀', '\t'),
      maxLength: 60,
    })
    const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.map((one) => `${one}.\n`).join(''))
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }),
        async (texts, sizes) => {
          const answers = Object.fromEntries(texts.map((one, index) => [`show test ${index}`, one]))
          const lines = texts.map((_one, index) => show(`show test ${index}`))
          const { shell } = await opened(answers, { cut: cutInto(sizes) })
          const captures = await shell.runAll(lines)
          expect(captures.map((capture) => capture.text)).toEqual(texts.map((one) => one.replace(/\n$/, '')))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('keeps hostile sequences out of captures, transcripts and errors', async () => {
    const said: string[] = []
    const { shell } = await opened(
      { 'show version': '\u001b]52;c;QUJD\u0007\u001b[2Jname\u0000 \u202e\n' },
      {},
      { transcript: (_way, text) => said.push(text) },
    )
    expect((await shell.run(show('show version'))).text).toBe('name \u202e')
    expect(said.join('')).not.toMatch(/[\u0000-\u001f]/)
  })
})

describe('a session that breaks', () => {
  it('answers an unknown question with no, tells it, and sends nothing more', async () => {
    const clock = createFakeClock()
    const { shell, link } = await opened(
      {
        'show version': (state) => {
          state.prompt = 'Delete everything? [confirm]'
          return 'well\n'
        },
      },
      { singleKey: /\[confirm\]/ },
      { clock },
    )
    const fault = await clock.settle(faultOf(shell.run(show('show version'))))
    expect(fault).toMatchObject({ code: 'UNEXPECTED_QUESTION', line: 'show version' })
    expect(fault.message).toContain('Delete everything? [confirm]')
    expect(link.state.lines.at(-1)).toBe('n')
    expect(link.closedByUs).toBe(true)
    expect(await faultOf(shell.run(show('show version')))).toBe(fault)
    await shell.close()
    expect(link.state.lines.at(-1)).toBe('n')
  })

  it('sends one empty line at the prompt of another unit, and stops when it stays', async () => {
    const clock = createFakeClock()
    const link = scriptedLink({
      prompt: 'fw/pri/act# ',
      answer: (line, state) => {
        if (line === 'show failover') state.prompt = 'fw/pri/stby# '
        return ''
      },
    })
    const shell = await openReadShell(link, asaOptions({ clock }))
    const fault = await clock.settle(faultOf(shell.run(show('show failover'))))
    expect(fault.code).toBe('UNEXPECTED_PROMPT')
    expect(fault.message).toContain('fw/pri/stby#')
    expect(link.state.lines.slice(-2)).toEqual(['show failover', ''])
  })

  it('goes on when the empty line brings the own prompt back', async () => {
    const clock = createFakeClock()
    const { shell } = await opened(
      {
        'show clock': (state) => {
          state.prompt = 'gw7#'
          return '12:00\n'
        },
        '': (state) => {
          state.prompt = 'hub1#'
          return ''
        },
      },
      {},
      { clock },
    )
    expect((await clock.settle(shell.run(show('show clock')))).text).toContain('12:00')
  })

  it('never takes a prompt without the echo of its line for an answer', async () => {
    const clock = createFakeClock()
    const { shell, link } = await opened({}, {}, { clock, commandTimeoutMs: 10_000 })
    link.state.echo = false
    const fault = await clock.settle(faultOf(shell.run(show('show version'))))
    expect(fault.code).toBe('TIMED_OUT')
    // Typed ahead behind the lines for the pager, it is asked once more alone.
    expect(clock.monotonicMs()).toBe(12_000)
  })

  it('tells a lost link with the line and the end of what was said, at every point', async () => {
    const whole = `show version\r\n${version.replaceAll('\n', '\r\n')}`
    for (let kept = 0; kept <= whole.length; kept += 7) {
      const { shell, link } = await opened({
        'show version': (state) => {
          state.silent = true
          return ''
        },
      })
      await shell.run(show('show clock'))
      link.state.echo = false
      const reading = faultOf(shell.run(show('show version')))
      await expect.poll(() => link.state.lines.at(-1)).toBe('show version')
      link.say(whole.slice(0, kept))
      link.lose()
      const fault = await reading
      expect(fault).toMatchObject({ code: 'LINK_LOST', line: 'show version', fault: 'device' })
      expect(fault.message).toContain('192.0.2.1:22 closed the session after “show version”')
      await expect(shell.run(show('show clock'))).rejects.toBe(fault)
    }
  })

  it('is ended by the idle clock when nothing is said, and by the total clock when something always is', async () => {
    const quiet = createFakeClock()
    const silent = (state: { silent: boolean }): string => {
      state.silent = true
      return 'partial\n'
    }
    const one = await opened({ 'show version': silent }, {}, { clock: quiet, commandTimeoutMs: 8000 })
    const fault = await quiet.settle(faultOf(one.shell.run(show('show version'))))
    expect(fault).toMatchObject({ code: 'TIMED_OUT', line: 'show version' })
    // The output of a read line may hold keys: nothing of it is told.
    expect(fault.reply).toBeUndefined()
    expect(quiet.monotonicMs()).toBe(8000)
    expect(quiet.pending).toBe(0)

    const slow = createFakeClock()
    const two = await opened(
      { 'show version': silent },
      {},
      { clock: slow, commandTimeoutMs: 8000, deadlineMs: 30_000 },
    )
    const reading = faultOf(two.shell.run(show('show version')))
    for (let second = 0; second < 29; second += 1) {
      await slow.advance(1000)
      two.link.say('x')
    }
    await slow.advance(1000)
    const late = await reading
    expect(late.code).toBe('TIMED_OUT')
    expect(late.details.next).toContain('totalTimeout')
    expect(slow.monotonicMs()).toBe(30_000)
  })

  it('names the line whose output it waits for, not the last one that was typed ahead', async () => {
    const lines = ['show clock', 'show running-config', 'show crypto session']
    for (const slow of lines) {
      const clock = createFakeClock()
      let busy = false
      const answer = (line: string) => (state: DeviceState) => {
        busy = line === slow
        state.silent = busy
        return busy ? 'Building configuration...\nenable secret 5 $1$key\n' : '12:00\n'
      }
      // What is typed while it is busy, it neither reads nor echoes.
      const { shell } = await opened(
        Object.fromEntries(lines.map((line) => [line, answer(line)])),
        { key: () => (busy ? '' : undefined) },
        { clock },
      )
      await shell.run(show('show version'))
      const fault = await clock.settle(faultOf(shell.runAll(lines.map(show))))
      expect(fault).toMatchObject({ code: 'TIMED_OUT', line: slow })
      expect(fault.message).toBe(`192.0.2.1:22 said nothing for 5s after “${slow}”`)
      expect(fault.reply).toBeUndefined()
    }
  })

  it('is given up at once when the run is cancelled', async () => {
    const abort = new AbortController()
    const { shell, link } = await opened(
      {
        'show version': (state) => {
          state.silent = true
          return ''
        },
      },
      {},
      { signal: abort.signal },
    )
    const reading = faultOf(shell.run(show('show version')))
    await expect.poll(() => link.state.lines.at(-1)).toBe('show version')
    abort.abort('operator')
    expect((await reading).code).toBe('LINK_LOST')
    expect(link.closedByUs).toBe(true)
  })

  it('stops listening to a device that does not stop talking', async () => {
    const { shell, link } = await opened({
      'show version': (state) => {
        state.silent = true
        return ''
      },
    })
    const reading = faultOf(shell.run(show('show version')))
    const block = 'x'.repeat(1024 * 1024)
    for (let sent = 0; sent < 40 && !link.closedByUs; sent += 1) {
      link.say(block)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect((await reading).code).toBe('OUTPUT_TOO_LARGE')
  })

  it('refuses two operations at once: a mistake of the caller', async () => {
    const { shell } = await opened({ 'show version': version })
    const first = shell.run(show('show version'))
    await expect(shell.run(show('show version'))).rejects.toMatchObject({
      code: 'SESSION_BUSY',
      fault: 'bug',
    })
    await first
  })
})

describe('the end of a session', () => {
  it('logs out and closes', async () => {
    const { shell, link } = await opened({})
    await shell.close()
    await shell.close()
    expect(link.state.lines.filter((line) => line === 'exit')).toHaveLength(1)
    expect(link.closedByUs).toBe(true)
    expect((await faultOf(shell.run(show('show version')))).code).toBe('LINK_LOST')
  })

  it('does not wait for a device that does not let go', async () => {
    const clock = createFakeClock()
    const { shell, link } = await opened({ exit: '' }, {}, { clock })
    await clock.settle(shell.close())
    expect(clock.monotonicMs()).toBe(500)
    expect(link.closedByUs).toBe(true)
    expect(clock.pending).toBe(0)
  })
})
