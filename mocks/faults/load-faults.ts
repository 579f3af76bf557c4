import type { Place } from '../../src/document/place.ts'
import { parseDuration } from '../../src/kernel/duration.ts'
import type {
  DeviceFaults,
  EchoFault,
  LineFault,
  LoginMethod,
  Silence,
  SshFaults,
  SyslogFault,
  TerminalFaults,
} from './faults.ts'
import { bytesText } from './raw-bytes.ts'

/** The faults of a device, from a file that the schema has passed. */
export function faultsFrom(place: Place | undefined): DeviceFaults {
  const tcp = oneOf(place?.get('tcp'), ['refuse', 'black-hole'] as const)
  const link = place?.get('link')
  const chunk = link?.get('chunk')?.number
  const everyMs = durationOf(link?.get('every'))
  const line = patternOf(place?.get('cutOff')?.get('while'))
  const sessions = place?.get('cutOff')?.get('sessions')?.text === 'new' ? 'new' : 'all'
  return {
    ...(tcp === undefined ? {} : { tcp }),
    ...(line === undefined ? {} : { cutOff: { while: line, sessions } }),
    ssh: sshOf(place?.get('ssh')),
    link: { ...(chunk === undefined ? {} : { chunk }), ...(everyMs === undefined ? {} : { everyMs }) },
    terminal: terminalOf(place?.get('terminal')),
    lines: (place?.get('lines')?.items() ?? []).map(lineOf),
  }
}

function sshOf(place: Place | undefined): SshFaults {
  const silentAt = oneOf<Silence>(place?.get('silentAt'), ['connect', 'greeting', 'terminal'])
  const ident = place?.get('ident')?.text
  const attempts = place?.get('attempts')?.number
  const methods = textsOf(place?.get('methods'))?.flatMap(
    (text) => allMethods.find((method) => method === text) ?? [],
  )
  const lists = { kex: 'kex', ciphers: 'ciphers', macs: 'macs', asks: 'asks' } as const
  const given = Object.fromEntries(
    Object.keys(lists).flatMap((key) => {
      const texts = textsOf(place?.get(key))
      return texts === undefined ? [] : [[key, texts]]
    }),
  )
  return {
    ...(silentAt === undefined ? {} : { silentAt }),
    ...(ident === undefined ? {} : { ident }),
    ...given,
    hostKeyChanged: place?.get('hostKey')?.text === 'changed',
    ...(methods === undefined ? {} : { methods }),
    expired: place?.get('expired')?.value === true,
    ...(attempts === undefined ? {} : { attempts }),
    full: place?.get('full')?.number ?? 0,
  }
}

const allMethods: readonly LoginMethod[] = ['publickey', 'password', 'keyboard-interactive']

function terminalOf(place: Place | undefined): TerminalFaults {
  const style = oneOf<EchoFault['style']>(place?.get('echo'), ['wrap', 'backspaces', 'return'])
  const page = place?.get('page')?.number
  return {
    ...(style === undefined ? {} : { echo: { style, width: place?.get('width')?.number ?? 80 } }),
    ...(page === undefined ? {} : { page }),
  }
}

function lineOf(place: Place): LineFault {
  const line = patternOf(place.get('line'))
  const from = patternOf(place.get('prompt')?.get('from'))
  const bytes = place.get('bytes')?.text
  const prints = place.get('prints')?.text ?? (bytes === undefined ? undefined : bytesText(bytes))
  const reply = place.get('reply')?.text
  const asks = place.get('asks')?.text
  const syslog = syslogOf(place.get('syslog'))
  const skip = place.get('skip')?.number
  const times = place.get('times')?.number
  const cut = place.get('cut')?.number
  const flood = sizeOf(place.get('flood'))
  const waitsMs = durationOf(place.get('waits'))
  const when = oneOf(place.get('ends'), ['before', 'after'] as const)
  const how = place.get('how')?.text === 'close' ? 'close' : 'reset'
  return {
    ...(line === undefined ? {} : { line }),
    ...(skip === undefined ? {} : { skip }),
    ...(times === undefined ? {} : { times }),
    ...(prints === undefined ? {} : { prints }),
    ...(reply === undefined ? {} : { reply }),
    ...(asks === undefined ? {} : { asks }),
    ...(cut === undefined ? {} : { cut }),
    ...(flood === undefined ? {} : { flood }),
    ...(syslog === undefined ? {} : { syslog }),
    ...(from === undefined ? {} : { prompt: { from, to: place.get('prompt')?.get('to')?.text ?? '' } }),
    ...(waitsMs === undefined ? {} : { waitsMs }),
    ...(place.get('silent')?.value === true ? { silent: true } : {}),
    ...(when === undefined ? {} : { ends: { when, how } }),
    ...(place.get('rekeys')?.value === true ? { rekeys: true } : {}),
  }
}

function syslogOf(place: Place | undefined): SyslogFault | undefined {
  const text = place?.get('text')?.text
  const where = oneOf<SyslogFault['in']>(place?.get('in'), ['prompt', 'behind', 'echo', 'output'])
  return text === undefined || where === undefined ? undefined : { text, in: where }
}

function oneOf<T extends string>(place: Place | undefined, words: readonly T[]): T | undefined {
  return words.find((word) => word === place?.text)
}

function textsOf(place: Place | undefined): readonly string[] | undefined {
  return place?.items().flatMap((item) => item.text ?? [])
}

/** A regular expression that the rules have looked at already. */
function patternOf(place: Place | undefined): RegExp | undefined {
  try {
    return place?.text === undefined ? undefined : new RegExp(place.text)
  } catch {
    return undefined
  }
}

function durationOf(place: Place | undefined): number | undefined {
  return parseDuration(place?.text ?? '')
}

/** `200MB`, `64kB` → bytes. */
function sizeOf(place: Place | undefined): number | undefined {
  const match = /^(\d+)(kB|MB)$/.exec(place?.text ?? '')
  return match === null ? undefined : Number(match[1]) * (match[2] === 'MB' ? 1_000_000 : 1000)
}
