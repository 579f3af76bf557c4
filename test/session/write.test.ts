import { describe, expect, it } from 'vitest'
import { type ClearLine, configLine, parseClearLine, readOnlyLine } from '../../src/model/ids.ts'
import type { ConfigStep } from '../../src/model/plan.ts'
import type { WriteShell } from '../../src/model/shell.ts'
import { iosGrammar } from '../../src/platform/ios/grammar.ts'
import { openWriteShell } from '../../src/session/open.ts'
import { createFakeClock, type FakeClock } from '../fake-clock.ts'
import { type Answers, asaOptions, invalidInput, options, router } from './devices.ts'
import { faultOf } from './fault-of.ts'
import { cutInto, type DeviceState, type Script, type ScriptedLink, scriptedLink } from './scripted-link.ts'

const enterProfile: ConfigStep = {
  line: configLine('crypto ipsec profile VPN'),
  subMode: /^ipsec-profile$/,
  opens: true,
}
const { revertTimer: _none, ...withoutTimer } = iosGrammar

const respond: ConfigStep = { line: configLine('responder-only'), subMode: /^ipsec-profile$/, opens: false }

interface Opened {
  readonly shell: WriteShell
  readonly link: ScriptedLink
  readonly clock: FakeClock
}

async function opened(
  answers: Answers = {},
  script: Partial<Script> & { readonly hostname?: string } = {},
): Promise<Opened> {
  const clock = createFakeClock()
  const link = scriptedLink(router(answers, script))
  return { link, clock, shell: await openWriteShell(link, options({ clock })) }
}

describe('configuration mode under a revert timer', () => {
  const enters = (said: string) => ({
    'configure terminal revert timer 5': (state: DeviceState): string => {
      state.prompt = 'hub1(config)#'
      return said
    },
  })
  const backing = 'Rollback Confirmed Change: Backing up current running config to flash:before-1\n\n'
  const entering = 'Enter configuration commands, one per line.  End with CNTL/Z.\n'

  it('is entered with the minutes, and confirmed from the privileged mode', async () => {
    const { shell, link } = await opened({ ...enters(backing + entering), 'configure confirm': '' })
    expect(await shell.enterConfig({ revertMinutes: 5 })).toEqual({ kind: 'ok', value: undefined })
    await shell.leaveConfig()
    expect(await shell.confirm()).toEqual({ kind: 'accepted', said: '' })
    expect(link.state.lines.slice(1)).toEqual([
      'configure terminal revert timer 5',
      'end',
      'configure confirm',
    ])
  })

  it('is left again where the device does not say that the timer runs', async () => {
    const { shell, link } = await opened(enters(entering))
    expect(await shell.enterConfig({ revertMinutes: 5 })).toMatchObject({
      kind: 'err',
      error: expect.stringContaining('did not say that its revert timer runs'),
    })
    expect(link.state.lines.slice(1)).toEqual(['configure terminal revert timer 5', 'end'])
  })

  it.each([
    '%Turn config archive on before using Rollback Confirmed Change\n',
    'Turn config archive on before using Rollback Confirmed Change\n',
    ' Archive feature not enabled\n',
    invalidInput,
  ])('is refused: %j', async (said) => {
    const { shell } = await opened({ 'configure terminal revert timer 5': said })
    const entered = await shell.enterConfig({ revertMinutes: 5 })
    expect(entered).toEqual({
      kind: 'err',
      error: expect.stringContaining(said.trim().split('\n').at(-1) ?? ''),
    })
  })

  it('tells that nothing waits for a confirm', async () => {
    const { shell } = await opened({ 'configure confirm': '%No Rollback Confirmed Change pending\n' })
    expect(await shell.confirm()).toEqual({
      kind: 'refused',
      refusal: '%No Rollback Confirmed Change pending',
    })
  })

  it('gives no confirm in configuration mode, where it would mean something else', async () => {
    const { shell, link } = await opened()
    await shell.enterConfig()
    expect((await faultOf(shell.confirm())).code).toBe('UNEXPECTED_PROMPT')
    expect(link.state.lines).not.toContain('configure confirm')
  })

  it('is a mistake of ours on a platform without one, and nothing is sent', async () => {
    const link = scriptedLink(router())
    const shell = await openWriteShell(link, options({ grammar: withoutTimer }))
    await expect(shell.enterConfig({ revertMinutes: 5 })).rejects.toThrow(/has no revert timer/)
    expect(link.state.lines.some((line) => line.startsWith('configure'))).toBe(false)
  })
})

describe('configuration mode', () => {
  it('is entered, takes lines with the prompt checked after each, and is left again', async () => {
    const { shell, link } = await opened({}, { cut: cutInto([3, 1, 7]) })
    expect(await shell.enterConfig()).toEqual({ kind: 'ok', value: undefined })
    expect(await shell.send(enterProfile)).toEqual({ kind: 'accepted', said: '' })
    expect(await shell.send(respond)).toEqual({ kind: 'accepted', said: '' })
    await shell.leaveConfig()
    await shell.leaveConfig()
    expect(link.state.lines.slice(1)).toEqual([
      'configure terminal',
      'crypto ipsec profile VPN',
      'responder-only',
      'end',
    ])
    expect((await shell.run(readOnlyLine('show nonsense'))).refusal).toContain('Invalid input')
  })

  it('works with a hostname that the device cuts there', async () => {
    const { shell } = await opened(
      {},
      { hostname: 'vpn-hub-frankfurt-main-01', prompt: 'vpn-hub-frankfurt-main-01#' },
    )
    expect(shell.hostname).toBe('vpn-hub-frankfurt-main-01')
    expect((await shell.enterConfig()).kind).toBe('ok')
    expect((await shell.send(enterProfile)).kind).toBe('accepted')
    await shell.leaveConfig()
  })

  it('is not entered when somebody holds the lock for half a minute: the device says who', async () => {
    const held =
      "Configuration mode is locked by process '484' user 'alice' from terminal '64'. Please try later."
    const { shell, link, clock } = await opened({ 'configure terminal': `${held}\n` })
    expect(await clock.settle(shell.enterConfig())).toEqual({ kind: 'err', error: held })
    expect(link.state.lines.slice(-7)).toEqual(Array.from({ length: 7 }, () => 'configure terminal'))
    expect(clock.monotonicMs()).toBe(30_000)
  })

  it('is left at once when it is entered under somebody else’s lock', async () => {
    const held = "Config session is locked by process '566', user will be pushed back to exec mode."
    const { shell, link, clock } = await opened({
      'configure terminal': (state) => {
        state.prompt = 'hub1(config)#'
        return `${held}\n`
      },
    })
    expect(await clock.settle(shell.enterConfig())).toEqual({ kind: 'err', error: held })
    expect(link.state.lines.at(-1)).toBe('end')
    expect(link.state.prompt).toBe('hub1#')
  })

  it.each([
    'Configuration mode locked exclusively. The lock will be cleared once you exit out of configuration mode using end/exit',
    '*Apr 22 19:31:44.825: Configuration mode locked exclusively. The lock will be cleared once you exit out of configuration mode using end/exit',
    '*Feb 05 17:02:45.928:  Configuration mode locked exclusively. The lock will be cleared\nonce you exit out of configuration mode using end/exit',
  ])('is entered where it locks itself, and the notice of that is nobody else’s lock: %#', async (notice) => {
    const { shell, clock } = await opened({
      'configure terminal': (state) => {
        state.prompt = 'hub1(config)#'
        return `Enter configuration commands, one per line.  End with CNTL/Z.\n${notice}\n`
      },
    })
    expect(await clock.settle(shell.enterConfig())).toEqual({ kind: 'ok', value: undefined })
    expect(clock.monotonicMs()).toBe(0)
  })

  it('behind a chosen prompt is that of one hostname: at another one nothing more is sent', async () => {
    const clock = createFakeClock()
    const link = scriptedLink({
      prompt: 'site 7 #',
      answer: (line, state) => {
        if (line === 'configure terminal') state.prompt = 'hub1(config)#'
        if (line.startsWith('crypto ipsec profile')) state.prompt = 'hub2(ipsec-profile)#'
        return ''
      },
    })
    const shell = await clock.settle(openWriteShell(link, options({ clock })))
    expect((await clock.settle(shell.enterConfig())).kind).toBe('ok')
    const fault = await clock.settle(faultOf(shell.send(enterProfile)))
    expect(fault.code).toBe('UNEXPECTED_PROMPT')
    expect(link.state.lines).not.toContain('responder-only')
  })

  it('is left at once on a standby unit of an ASA', async () => {
    const warning =
      '**** WARNING ****\n\tConfiguration Replication is NOT performed from Standby unit to Active unit.\n'
    const link = scriptedLink({
      prompt: 'fw/sec/stby# ',
      answer: (line, state) => {
        if (line === 'configure terminal') state.prompt = 'fw/sec/stby(config)# '
        if (line === 'end') state.prompt = 'fw/sec/stby# '
        return line === 'configure terminal' ? warning : ''
      },
    })
    const shell = await openWriteShell(link, asaOptions())
    const entered = await shell.enterConfig()
    expect(entered.kind === 'err' && entered.error).toContain('NOT performed from Standby')
    expect(link.state.lines.at(-1)).toBe('end')
  })

  it('goes on at the question about anonymous reporting, and changes nothing by it', async () => {
    const asked = 'Would you like to enable anonymous error reporting to help improve\nthe product? '
    const link = scriptedLink({
      prompt: 'fw# ',
      answer: (line, state) => {
        if (line === 'configure terminal') {
          state.prompt = '[Y]es, [N]o, [A]sk later: '
          return asked
        }
        if (line === 'A') {
          state.prompt = 'fw(config)# '
          return 'You will be reminded again.\n'
        }
        return ''
      },
    })
    const clock = createFakeClock()
    const shell = await openWriteShell(link, asaOptions({ clock }))
    expect(await clock.settle(shell.enterConfig())).toEqual({ kind: 'ok', value: undefined })
    expect(link.state.lines.slice(-2)).toEqual(['configure terminal', 'A'])
  })

  it('gives a refused line in the device’s own words, and stays usable', async () => {
    const { shell } = await opened({
      'responder-only': "            ^\n% Invalid input detected at '^' marker.\n\n",
    })
    await shell.enterConfig()
    await shell.send(enterProfile)
    expect(await shell.send(respond)).toEqual({
      kind: 'refused',
      refusal: "% Invalid input detected at '^' marker.",
    })
    await shell.leaveConfig()
  })

  it('takes a refusal for one also where the device falls out of the mode, or out of configuration', async () => {
    for (const prompt of ['hub1(config)#', 'hub1#']) {
      const { shell, link } = await opened({
        'responder-only': (state) => {
          state.prompt = prompt
          return 'Command authorization failed.\n\n'
        },
      })
      await shell.enterConfig()
      await shell.send(enterProfile)
      expect(await shell.send(respond)).toEqual({ kind: 'refused', refusal: 'Command authorization failed.' })
      await shell.leaveConfig()
      expect(link.state.prompt).toBe('hub1#')
    }
  })

  it('does not take syslog and notes for refusals', async () => {
    const { shell } = await opened({
      'responder-only':
        '*Mar  1 00:00:09: %CRYPTO-6-ISAKMP_ON_OFF: ISAKMP is ON\n% NOTE: a change takes effect later\n',
    })
    await shell.enterConfig()
    await shell.send(enterProfile)
    expect(await shell.send(respond)).toEqual({
      kind: 'accepted',
      said: '% NOTE: a change takes effect later',
    })
  })

  it.each([
    ['falls back to exec', 'hub1#'],
    ['lands in another sub-mode', 'hub1(config-if)#'],
    ['stays in the main mode', 'hub1(config)#'],
  ])('stops when a line that is not refused %s', async (_how, prompt) => {
    const { shell, link } = await opened({
      'crypto ipsec profile VPN': (state) => {
        state.prompt = prompt
        return ''
      },
    })
    await shell.enterConfig()
    const fault = await faultOf(shell.send(enterProfile))
    expect(fault).toMatchObject({ code: 'UNEXPECTED_PROMPT', line: 'crypto ipsec profile VPN' })
    expect(fault.message).toContain(prompt)
    const sent = link.state.lines.length
    expect(await faultOf(shell.send(respond))).toBe(fault)
    expect(await faultOf(shell.leaveConfig())).toBe(fault)
    await shell.close()
    expect(link.state.lines).toHaveLength(sent)
  })

  it('stops when a line of the main mode opens a sub-mode', async () => {
    const { shell } = await opened()
    await shell.enterConfig()
    const flat: ConfigStep = { line: configLine('crypto ipsec profile VPN'), opens: false }
    expect((await faultOf(shell.send(flat))).code).toBe('UNEXPECTED_PROMPT')
  })

  it('sends nothing outside it', async () => {
    const { shell, link } = await opened()
    expect((await faultOf(shell.send(enterProfile))).code).toBe('UNEXPECTED_PROMPT')
    expect(link.state.lines).not.toContain('crypto ipsec profile VPN')
  })

  it('sends nothing when the device went back to exec by itself', async () => {
    const { shell, link } = await opened()
    await shell.enterConfig()
    link.state.prompt = 'hub1#'
    link.say('\r\n% Configuration session was ended\r\nhub1#')
    expect((await faultOf(shell.send(enterProfile))).code).toBe('UNEXPECTED_PROMPT')
    expect(link.state.lines).not.toContain('crypto ipsec profile VPN')
  })

  it('answers a question that a line raises with no, and stops', async () => {
    const { shell, link, clock } = await opened({
      'responder-only': (state) => {
        state.prompt = 'This will drop all tunnels. Continue? [yes/no]: '
        return ''
      },
    })
    await shell.enterConfig()
    await shell.send(enterProfile)
    const fault = await clock.settle(faultOf(shell.send(respond)))
    expect(fault).toMatchObject({ code: 'UNEXPECTED_QUESTION', line: 'responder-only' })
    expect(link.state.lines.at(-1)).toBe('no')
  })

  it.each(['configure terminal', 'crypto ipsec profile VPN', 'responder-only', 'end'])(
    'tells that the link was lost at %j, and sends nothing after it',
    async (line) => {
      const { shell, link } = await opened({
        [line]: (state) => {
          state.closing = true
          return ''
        },
      })
      const push = async (): Promise<void> => {
        await shell.enterConfig()
        await shell.send(enterProfile)
        await shell.send(respond)
        await shell.leaveConfig()
      }
      expect(await faultOf(push())).toMatchObject({ code: 'LINK_LOST', line })
      expect(link.state.lines.at(-1)).toBe(line)
    },
  )

  it('is left before the session says goodbye', async () => {
    const { shell, link, clock } = await opened()
    await shell.enterConfig()
    await clock.settle(shell.close())
    expect(link.state.lines.slice(-2)).toEqual(['end', 'exit'])
  })
})

describe('saving', () => {
  it.each([
    ['IOS', 'Building configuration...\n[OK]\n'],
    [
      'IOS that compresses',
      'Building configuration...\nCompressed configuration from 22772 bytes to 7054 bytes[OK]\n',
    ],
    [
      'ASA',
      'Building configuration...\nCryptochecksum: 1a2b 3c4d\n\n9876 bytes copied in 0.310 secs\n[OK]\n',
    ],
  ])('is believed when the device says OK: %s', async (_which, said) => {
    const { shell, link } = await opened({ 'write memory': said })
    await shell.enterConfig()
    expect(await shell.save()).toMatchObject({ kind: 'saved', said: said.replace(/\n\n/, '\n').trimEnd() })
    expect(link.state.lines.slice(-2)).toEqual(['end', 'write memory'])
  })

  it('answers the question about another image’s startup configuration', async () => {
    const { shell, clock } = await opened(
      {
        'write memory': (state) => {
          state.prompt = 'Overwrite the previous NVRAM configuration?[confirm]'
          return 'Warning: Attempting to overwrite an NVRAM configuration previously written\nby a different version of the system image.\n'
        },
      },
      {
        key: (_key, state: DeviceState) => {
          if (!state.prompt.includes('[confirm]')) return undefined
          state.prompt = 'hub1#'
          return '\r\nBuilding configuration...\r\n[OK]\r\nhub1#'
        },
      },
    )
    expect((await clock.settle(shell.save())).kind).toBe('saved')
  })

  it('is not believed without OK, and gives the device’s words', async () => {
    const { shell } = await opened({
      'write memory': 'Building configuration...\n% Error opening nvram:/startup-config\n',
    })
    expect(await shell.save()).toEqual({
      kind: 'refused',
      refusal: 'Building configuration...\n% Error opening nvram:/startup-config',
    })
  })

  it('is tried again while another save runs, three times, three seconds apart', async () => {
    const busy = 'startup-config file open failed (Device or resource busy)\n'
    let tries = 0
    const { shell, clock } = await opened({
      'write memory': () => {
        tries += 1
        return tries < 4 ? busy : '[OK]\n'
      },
    })
    expect((await clock.settle(shell.save())).kind).toBe('saved')
    expect(clock.monotonicMs()).toBe(9000)

    const never = await opened({ 'write memory': busy })
    expect(await never.clock.settle(never.shell.save())).toEqual({ kind: 'refused', refusal: busy.trimEnd() })
    expect(never.link.state.lines.filter((line) => line === 'write memory')).toHaveLength(4)
  })
})

describe('a clear', () => {
  const clear = (): ClearLine => {
    const line = parseClearLine('clear crypto session remote 203.0.113.11')
    if (line === undefined) throw new Error('no clear line')
    return line
  }

  it('is sent at the privileged prompt, and answered as the device does', async () => {
    const { shell, link } = await opened({ [clear()]: '' })
    expect(await shell.clear(clear())).toEqual({ kind: 'accepted', said: '' })
    expect(link.state.lines.at(-1)).toBe('clear crypto session remote 203.0.113.11')
  })

  it('is refused in the device’s own words', async () => {
    const { shell } = await opened({ [clear()]: 'Command authorization failed.\n\n' })
    expect(await shell.clear(clear())).toEqual({ kind: 'refused', refusal: 'Command authorization failed.' })
  })

  it('is never sent from configuration mode', async () => {
    const { shell, link } = await opened()
    await shell.enterConfig()
    expect(await faultOf(shell.clear(clear()))).toMatchObject({ code: 'UNEXPECTED_PROMPT' })
    expect(link.state.lines.at(-1)).toBe('configure terminal')
  })

  it('ends the session with no to a question that is not known', async () => {
    const { shell, link, clock } = await opened({
      [clear()]: (state: DeviceState) => {
        state.prompt = 'Clear all sessions? [confirm]'
        return ''
      },
    })
    expect(await clock.settle(faultOf(shell.clear(clear())))).toMatchObject({ code: 'UNEXPECTED_QUESTION' })
    expect(link.state.lines.at(-1)).not.toBe('')
  })
})
