import { systemClock } from '../../src/kernel/clock.ts'
import { asaGrammar } from '../../src/platform/asa/grammar.ts'
import { iosGrammar } from '../../src/platform/ios/grammar.ts'
import type { ShellOptions } from '../../src/session/open.ts'
import type { DeviceState, Script } from './scripted-link.ts'

export function options(more: Partial<ShellOptions> = {}): ShellOptions {
  const clock = more.clock ?? systemClock
  return {
    platform: 'ios',
    grammar: iosGrammar,
    clock,
    commandTimeoutMs: 5000,
    deadlineMs: clock.monotonicMs() + 60_000,
    ...more,
  }
}

export const asaOptions = (more: Partial<ShellOptions> = {}): ShellOptions =>
  options({ platform: 'asa', grammar: asaGrammar, ...more })

export const invalidInput = "           ^\n% Invalid input detected at '^' marker.\n\n"

/** What a scripted IOS router answers; a test overrides single lines. */
export type Answers = Readonly<Record<string, string | ((state: DeviceState) => string)>>

/** An IOS router `hub1` with modes, an enable secret, a pager that can be turned off, and given answers. */
export function router(
  answers: Answers = {},
  more: Partial<Script> & { readonly hostname?: string; readonly secret?: string } = {},
): Script {
  const name = more.hostname ?? 'hub1'
  const cut = name.slice(0, 20)
  const exec = `${name}#`
  const answer = (line: string, state: DeviceState): string => {
    if (state.prompt === 'Password: ') {
      state.echo = true
      state.prompt = line === (more.secret ?? 'topsecret') ? exec : `${name}>`
      return line === (more.secret ?? 'topsecret') ? '' : '% Bad secrets\n\n'
    }
    const given = answers[line]
    if (given !== undefined) return typeof given === 'string' ? given : given(state)
    const config = state.prompt.includes('(')
    if (line === '' || line === 'terminal length 0' || line === 'terminal width 512') return ''
    if (line === 'enable') {
      state.echo = false
      state.prompt = 'Password: '
      return ''
    }
    if (line === 'configure terminal' && !config) {
      state.prompt = `${cut}(config)#`
      return 'Enter configuration commands, one per line.  End with CNTL/Z.\n'
    }
    if (line === 'end' && config) {
      state.prompt = exec
      return ''
    }
    if (config && line.startsWith('crypto ipsec profile ')) {
      state.prompt = `${cut}(ipsec-profile)#`
      return ''
    }
    if (config && line === 'responder-only') return ''
    if (line === 'exit') {
      state.closing = true
      return ''
    }
    return invalidInput
  }
  return { prompt: exec, ...more, answer }
}
