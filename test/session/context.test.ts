import { describe, expect, it } from 'vitest'
import { type ContextName, configLine, parseContextName, readOnlyLine } from '../../src/model/ids.ts'
import { openReadShell, openWriteShell, type ShellOptions } from '../../src/session/open.ts'
import { createFakeClock } from '../fake-clock.ts'
import { asaOptions, options, router } from './devices.ts'
import { faultOf } from './fault-of.ts'
import { type DeviceState, type Script, type ScriptedLink, scriptedLink } from './scripted-link.ts'

function contextName(text: string): ContextName {
  const name = parseContextName(text)
  if (name === undefined) throw new Error(`no name of a context: ${text}`)
  return name
}

interface Shape {
  readonly host?: string
  readonly state?: string
  readonly contexts?: readonly string[]
  /** `prompt hostname` alone. */
  readonly plain?: boolean
  readonly at?: string
  readonly answers?: Readonly<Record<string, (state: DeviceState) => string>>
}

/** An ASA in multiple context mode, at its system space unless it says otherwise. */
function multiple(shape: Shape = {}): ScriptedLink {
  const { host = 'fw', state: behind = '', contexts = ['admin', 'customer-a', 'act'], plain = false } = shape
  const promptOf = (space: string): string => `${host}${plain || space === '' ? '' : `/${space}`}${behind}# `
  let space = shape.at ?? ''
  const answer: Script['answer'] = (line, state) => {
    const given = shape.answers?.[line]
    if (given !== undefined) return given(state)
    const [, to] = /^changeto (?:context )?(\S+)$/.exec(line) ?? []
    if (to !== undefined) {
      if (to !== 'system' && !contexts.includes(to)) return `ERROR: Context '${to}' does not exist\n`
      space = to === 'system' ? '' : to
      state.prompt = promptOf(space)
      return ''
    }
    if (line === 'configure terminal') state.prompt = promptOf(space).replace('# ', '(config)# ')
    else if (line === 'end') state.prompt = promptOf(space)
    else if (line === 'exit') state.closing = true
    else if (line === 'write memory') return 'Building configuration...\n[OK]\n'
    else if (line.startsWith('show')) return `here ${space}\n`
    return ''
  }
  return scriptedLink({ prompt: promptOf(space), answer })
}

const inContext = (name: string, more: Partial<ShellOptions> = {}): ShellOptions =>
  asaOptions({ context: contextName(name), ...more })
const show = readOnlyLine('show running-config')
const typed = (link: ScriptedLink): readonly string[] => link.state.lines.filter((line) => line !== '')

describe('a session in a context', () => {
  it('goes there after the login, turns the pager off there, and goes home before it leaves', async () => {
    const link = multiple()
    const shell = await openReadShell(link, inContext('customer-a'))
    expect(shell.hostname).toBe('fw/customer-a')
    expect(shell.context).toBe('customer-a')
    expect((await shell.run(show)).text).toBe('here customer-a')
    await shell.close()
    expect(typed(link)).toEqual([
      'changeto context customer-a',
      'terminal pager 0',
      'show running-config',
      'changeto system',
      'exit',
    ])
  })

  it.for([
    ['priority and state in the prompt', { state: '/pri/act' }, 'customer-a', 'fw/customer-a/pri/act'],
    [
      'a hostname as long as one that IOS would cut',
      { host: 'fw-frankfurt-main-01' },
      'customer-a',
      'fw-frankfurt-main-01/customer-a',
    ],
    ['the name of a failover state', { state: '/pri/act' }, 'act', 'fw/act/pri/act'],
    ['the admin context at the login', { at: 'admin' }, 'customer-a', 'fw/customer-a'],
  ] as const)('is told by the prompt: %s', async ([, shape, name, hostname]) => {
    const shell = await openReadShell(multiple(shape), inContext(name))
    expect(shell.hostname).toBe(hostname)
    expect((await shell.run(show)).text).toBe(`here ${name}`)
  })

  it('stays where it is when the login leads into it', async () => {
    const link = multiple({ at: 'customer-a' })
    const shell = await openReadShell(link, inContext('customer-a'))
    await shell.close()
    expect(typed(link)).toEqual(['exit'])
    expect(shell.context).toBe('customer-a')
  })

  it('is none where the login led, unless one is asked for', async () => {
    const shell = await openReadShell(multiple(), asaOptions())
    expect(shell.context).toBeUndefined()
    expect(shell.hostname).toBe('fw')
  })

  it.for([
    ['that does not exist', {}, 'customer-b', /Context 'customer-b' does not exist/],
    ['that the prompt does not show', { plain: true }, 'customer-a', /does not say that this is the context/],
  ] as const)('is refused for one %s, and nothing more is typed', async ([, shape, name, message]) => {
    const link = multiple(shape)
    const fault = await faultOf(openReadShell(link, inContext(name)))
    expect(fault.code).toBe('UNEXPECTED_PROMPT')
    expect(fault.message).toMatch(message)
    expect(typed(link).at(-1)).toBe(`changeto context ${name}`)
    expect(link.closedByUs).toBe(true)
  })

  it('is refused where the prompt shows another host', async () => {
    const answers = {
      'changeto context customer-a': (state: DeviceState) => {
        state.prompt = 'other/customer-a# '
        return ''
      },
    }
    expect((await faultOf(openReadShell(multiple({ answers }), inContext('customer-a')))).code).toBe(
      'UNEXPECTED_PROMPT',
    )
  })

  it('is a mistake of the caller on a platform without contexts', async () => {
    const opening = openReadShell(scriptedLink(router()), options({ context: contextName('customer-a') }))
    await expect(opening).rejects.toThrow(/no contexts/)
  })
})

describe('a line in a context', () => {
  const line = { line: configLine('crypto map outside_map 10 set connection-type answer-only'), opens: false }

  it('is sent, saved and left in that context', async () => {
    const link = multiple({ state: '/act' })
    const shell = await openWriteShell(link, inContext('customer-a'))
    expect(shell.context).toBe('customer-a')
    expect((await shell.enterConfig()).kind).toBe('ok')
    expect((await shell.send(line)).kind).toBe('accepted')
    await shell.leaveConfig()
    expect((await shell.save()).kind).toBe('saved')
    await shell.close()
    expect(typed(link).slice(1)).toEqual([
      'configure terminal',
      line.line,
      'end',
      'write memory',
      'changeto system',
      'exit',
    ])
  })

  it('is not sent once the prompt shows another space, also where IOS would have cut the name there', async () => {
    const clock = createFakeClock()
    const link = multiple({ host: 'fw-frankfurt-main-01' })
    const shell = await openWriteShell(link, inContext('customer-a', { clock }))
    await shell.enterConfig()
    link.say('\r\nfw-frankfurt-main-01(config)# ')
    const fault = await clock.settle(faultOf(shell.send(line)))
    expect(fault.code).toBe('UNEXPECTED_PROMPT')
    expect(typed(link)).not.toContain(line.line)
  })
})
