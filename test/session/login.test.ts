import { describe, expect, it } from 'vitest'
import { SessionFault } from '../../src/model/shell.ts'
import { openReadShell, openWriteShell, type ShellOptions } from '../../src/session/open.ts'
import { createFakeClock } from '../fake-clock.ts'
import { asaOptions, options, router } from './devices.ts'
import { type Script, type ScriptedLink, scriptedLink } from './scripted-link.ts'

async function faultOf(link: ScriptedLink, wishes: ShellOptions): Promise<SessionFault> {
  try {
    await openReadShell(link, wishes)
  } catch (thrown) {
    if (thrown instanceof SessionFault) return thrown
    throw thrown
  }
  throw new Error('it opened')
}

const user = (script: Partial<Script> & { secret?: string } = {}): Script =>
  router({}, { prompt: 'hub1>', ...script })
const secret = (value: string) => (): Promise<string | undefined> => Promise.resolve(value)

describe('the login', () => {
  it('lands privileged in two waits: prompt, the same prompt again', async () => {
    const link = scriptedLink(router())
    const shell = await openReadShell(link, options())
    expect(shell).toMatchObject({ hostname: 'hub1', privileged: true, platform: 'ios', roundTrips: 2 })
    expect(link.state.lines).toEqual([''])
  })

  it('enables with the secret, which never reaches the transcript, even when the device echoes it', async () => {
    const seen: string[] = []
    const link = scriptedLink(user())
    const given = {
      enableSecret: secret('topsecret'),
      transcript: (way: string, text: string) => seen.push(`${way} ${text}`),
    }
    const shell = await openReadShell(link, options(given))
    expect(shell.privileged).toBe(true)
    expect(link.state.lines).toEqual(['', 'enable', 'topsecret'])
    expect(seen).toContain('sent *****')
    expect(seen.join('\n')).not.toContain('topsecret')

    seen.length = 0
    const echoing = router(
      {
        enable: (state) => {
          state.prompt = 'Password: '
          return ''
        },
      },
      { prompt: 'hub1>' },
    )
    await openReadShell(scriptedLink(echoing), options(given))
    expect(seen).toContain('received Password: *****')
    expect(seen.join('\n')).not.toContain('topsecret')
  })

  it('stays in the user mode where there is no secret, and does not ask for more', async () => {
    const link = scriptedLink(user())
    const shell = await openReadShell(link, options())
    expect(shell.privileged).toBe(false)
    expect(link.state.lines).not.toContain('enable')
    const writing = await openWriteShell(scriptedLink(user()), options())
    expect(await writing.enterConfig()).toMatchObject({ kind: 'err' })
    expect(await writing.save()).toMatchObject({ kind: 'refused' })
  })

  it('gives a refused secret once', async () => {
    const link = scriptedLink(user())
    const fault = await faultOf(link, options({ enableSecret: secret('wrong-one') }))
    expect(fault.code).toBe('ENABLE_FAILED')
    expect(fault.message).toContain('192.0.2.1:22')
    expect(JSON.stringify([fault.message, fault.line, fault.reply, fault.details])).not.toContain('wrong-one')
    expect(link.state.lines.filter((line) => line === 'wrong-one')).toHaveLength(1)
    expect(link.closedByUs).toBe(true)
  })

  it('gives it once to a device that asks again and again', async () => {
    const link = scriptedLink({
      prompt: 'fw>',
      answer: (line, state) => {
        if (line === 'enable') state.echo = false
        if (line === 'enable' || state.prompt === 'Password: ') state.prompt = 'Password: '
        return line === 'wrong-one' ? 'Invalid password\n' : ''
      },
    })
    const fault = await faultOf(link, asaOptions({ enableSecret: secret('wrong-one') }))
    expect(fault.code).toBe('ENABLE_FAILED')
    expect(link.state.lines.filter((line) => line === 'wrong-one')).toHaveLength(1)
  })

  it('knows a refusal without a question', async () => {
    const link = scriptedLink(router({ enable: '% Error in authentication.\n\n' }, { prompt: 'hub1>' }))
    expect((await faultOf(link, options({ enableSecret: secret('topsecret') }))).code).toBe('ENABLE_FAILED')
  })

  it('never sets an enable password that a device wants', async () => {
    const link = scriptedLink({
      prompt: 'fw>',
      answer: (line, state) => {
        if (line !== 'enable') return ''
        state.prompt = 'Enter  Password: '
        state.echo = false
        return 'The enable password is not set.  Please set it now.\n'
      },
    })
    const fault = await faultOf(link, asaOptions({ enableSecret: secret('topsecret') }))
    expect(fault.code).toBe('UNEXPECTED_QUESTION')
    expect(link.state.lines).not.toContain('topsecret')
  })

  it('refuses a secret that would type a second line', async () => {
    const link = scriptedLink(user())
    const fault = await faultOf(link, options({ enableSecret: secret('a\rconfigure terminal') }))
    expect(fault.code).toBe('SECRET_UNAVAILABLE')
    expect(link.state.lines).toEqual([''])
  })

  it.each([
    ['ends in a prompt of its own', 'Property of Example\nrouter#\n'],
    ['ends in the same prompt', '\nhub1#\n'],
    ['has no line end', 'Authorised users of hub1 only: '],
    ['has no line end and a #', 'box #1 > hub1 # '],
    ['looks like another host, unfinished', 'gw9#'],
    ['looks like a Unix shell, unfinished', 'root@gw9:~$ '],
    ['is in dollars and percent', 'abuse costs $ 100 or 5 %\n'],
    ['redraws and colours', '\u001b[2J\u001b]0;title#\u0007\u001b[31mwelcome#\u001b[0m\r\n'],
  ])('is not taken in by a banner that %s', async (_how, banner) => {
    for (const cut of [undefined, (bytes: Uint8Array) => [...bytes].map((byte) => Uint8Array.of(byte))]) {
      const link = scriptedLink({ ...router(), banner, ...(cut === undefined ? {} : { cut }) })
      const shell = await openReadShell(link, options())
      expect(shell.hostname).toBe('hub1')
      expect(shell.privileged).toBe(true)
    }
  })

  it('waits for the real prompt when a look-alike comes first and the typed line end is lost', async () => {
    const clock = createFakeClock()
    const script = router()
    let enters = 0
    const link = scriptedLink({
      ...script,
      prompt: 'gw9#',
      answer: (line, state) => {
        enters += 1
        state.silent = enters === 1
        if (enters > 1) state.prompt = 'hub1#'
        return enters === 1 ? '' : script.answer(line, state)
      },
    })
    const shell = await clock.settle(openReadShell(link, options({ clock })))
    expect(shell.hostname).toBe('hub1')
    expect(clock.pending).toBe(0)
  })

  it.each([
    ['hub1(boot)#', 'hub1'],
    ['a-hostname-of-sixty-three-characters-that-is-as-long-as-it-can-#', undefined],
    ['hub1.example.net#', undefined],
    ['hub1#\u0007', 'hub1'],
  ])('learns the prompt %j', async (prompt, hostname) => {
    const fixed: Script = { prompt, answer: () => '' }
    const shell = await openReadShell(scriptedLink(fixed), options())
    expect(shell.hostname).toBe(hostname ?? prompt.slice(0, -1))
  })

  it('learns an ASA prompt with context, priority and state', async () => {
    const shell = await openReadShell(
      scriptedLink({ prompt: 'fw/ctx1/pri/act# ', answer: () => '' }),
      asaOptions(),
    )
    expect(shell.hostname).toBe('fw/ctx1/pri/act')
  })

  it('goes on when a device does not know the width of a terminal', async () => {
    const refusal = "           ^\n% Invalid input detected at '^' marker.\n\n"
    const link = scriptedLink(router({ 'terminal width 512': refusal }))
    const shell = await openReadShell(link, options())
    await shell.runAll([])
    expect(shell.privileged).toBe(true)
  })

  it('types nothing in configuration mode', async () => {
    const link = scriptedLink({ prompt: 'hub1(config)#', answer: () => '' })
    expect((await faultOf(link, options())).code).toBe('UNEXPECTED_PROMPT')
    expect(link.state.lines).toEqual([''])
  })

  it('leaves the first configuration of a fresh device alone', async () => {
    const clock = createFakeClock()
    const link = scriptedLink({
      prompt: 'Would you like to enter the initial configuration dialog? [yes/no]: ',
      answer: () => '',
    })
    const fault = await clock.settle(faultOf(link, options({ clock })))
    expect(fault.code).toBe('UNEXPECTED_QUESTION')
    expect(fault.message).toContain('initial configuration dialog')
  })

  it('learns a prompt that somebody chose, and enables at it', async () => {
    const clock = createFakeClock()
    const link = scriptedLink({
      prompt: 'site 7 / r1 >',
      answer: (line, state) => {
        if (state.prompt === 'Password: ') {
          state.echo = true
          state.prompt = 'site 7 / r1 #'
        } else if (line === 'enable') {
          state.echo = false
          state.prompt = 'Password: '
        }
        return ''
      },
    })
    const enableSecret = (): Promise<string> => Promise.resolve('topsecret')
    const shell = await clock.settle(openReadShell(link, options({ clock, enableSecret })))
    expect([shell.hostname, shell.privileged]).toEqual(['site 7 / r1', true])
  })

  it.each([
    ['of an ASA, which has none', asaOptions, 'site 7 #'],
    ['that looks like configuration mode', options, 'site 7 (config)#'],
    ['without a letter', options, '> '],
  ])('takes no chosen prompt %s', async (_, optionsOf, prompt) => {
    const clock = createFakeClock()
    const link = scriptedLink({ prompt, answer: () => '' })
    const fault = await clock.settle(faultOf(link, optionsOf({ clock })))
    expect(fault.code).toBe('UNEXPECTED_PROMPT')
    expect(link.state.lines.join('')).toBe('')
  })

  it('says that a prompt is not one of its platform', async () => {
    const clock = createFakeClock()
    const link = scriptedLink({ prompt: '> ', answer: () => '' })
    const fault = await clock.settle(faultOf(link, options({ clock })))
    expect(fault.code).toBe('UNEXPECTED_PROMPT')
    expect(clock.pending).toBe(0)
  })

  it.each(['$ ', 'netops@vpn1:~$ ', 'vpn1% ', '[root@vpn1 ~]# '])(
    'tells the shell of a Unix host by its prompt %j, in seconds, and types nothing there',
    async (prompt) => {
      for (const wishes of [options, asaOptions]) {
        const clock = createFakeClock()
        const link = scriptedLink({ prompt, banner: 'Linux vpn1 6.1\n\n', answer: () => '' })
        const before = clock.monotonicMs()
        const fault = await clock.settle(faultOf(link, wishes({ clock, enableSecret: secret('topsecret') })))
        expect([fault.code, fault.reply]).toEqual(['PLATFORM_UNSUPPORTED', prompt.trim()])
        expect(fault.message).toContain(`“${prompt.trim()}”`)
        expect(clock.monotonicMs() - before).toBeLessThanOrEqual(2000)
        expect(link.state.lines).toEqual([''])
        expect(link.closedByUs).toBe(true)
      }
    },
  )

  it('gives up a device that shows no prompt, in its own time', async () => {
    const clock = createFakeClock()
    const link = scriptedLink({ prompt: '', banner: 'welcome\n', answer: () => '' })
    const opening = faultOf(link, options({ clock, commandTimeoutMs: 10_000 }))
    await clock.advance(9999)
    expect(link.closedByUs).toBe(false)
    await clock.advance(1)
    expect((await opening).code).toBe('TIMED_OUT')
    expect((await opening).reply).toBe('welcome')
  })

  it.each([
    ['% Connection refused: too many sessions\n', 'SESSION_LIMIT'],
    ['% Authorization failed.\n', 'AUTHENTICATION_FAILED'],
    ['', 'LINK_LOST'],
  ])('knows why a device closes at once: %j', async (banner, code) => {
    const link = scriptedLink({ prompt: '', banner, answer: () => '' })
    link.lose()
    expect((await faultOf(link, options())).code).toBe(code)
  })
})
