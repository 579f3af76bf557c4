import { assertNever } from '../kernel/never.ts'
import { printable } from '../kernel/printable.ts'
import { someOf } from '../kernel/some-of.ts'
import type { HostReport, ReachedMachine, SshSeen, Told } from '../model/doctor.ts'
import { blocks } from '../model/finding.ts'
import type { DeviceError } from '../model/outcome.ts'
import { counted } from './layout.ts'
import { createStyle, type Style } from './style.ts'

export interface DoctorReportOptions {
  readonly color: boolean
  /** Every read-only line, not only those that are refused. */
  readonly verbose: boolean
}

// Up to so many devices each is shown; beyond, those that are not ready, and the names of the others.
const smallRun = 12
const shownNames = 40

/** How each device is reached and whether a run could begin there: those that are not ready first. Ends with a line feed. */
export function renderDoctor(hosts: readonly HostReport[], options: DoctorReportOptions): string {
  const style = createStyle(options.color)
  const ready = hosts.filter((host) => host.ready)
  const notReady = hosts.filter((host) => !host.ready)
  const all = options.verbose || hosts.length <= smallRun
  const names = someOf(
    ready.map(({ host }) => printable(host)),
    shownNames,
  )
  const blocks = [
    ...[...notReady, ...(all ? ready : [])].map((host) =>
      renderHost(host, style, options.verbose).join('\n'),
    ),
    ...(all || ready.length === 0 ? [] : [`${style.green('ready')} (-v and --json have all): ${names}`]),
    `${counted(hosts.length, 'device')}: ${ready.length} ready, ${notReady.length} not`,
  ]
  return `${blocks.join('\n\n')}\n`
}

type Row = readonly [label: string, text: string]

function renderHost(host: HostReport, style: Style, verbose: boolean): readonly string[] {
  const state = host.ready ? style.green('ready') : style.red('not ready')
  const reach = host.way.flatMap((machine, index) => machineRows(machine, index === host.way.length - 1))
  const rows: readonly Row[] = [...reach, ...sessionRows(host, verbose)]
  const width = Math.max(...rows.map(([label]) => label.length))
  return [
    `${style.bold(host.host)} (${host.platform})  ${state}`,
    ...rows.map(([label, text]) => `  ${style.dim(label.padEnd(width))}  ${printable(text)}`),
  ]
}

const told = <T>({ value, source }: Told<T>): string => `${String(value)} [${source}]`

function machineRows(machine: ReachedMachine, isDevice: boolean): readonly Row[] {
  const { address, port, username, algorithms, keyFiles, hostKeyAlias, knownHostsFiles } = machine
  return [
    ...(isDevice ? [] : ([['via', machine.name]] as const)),
    ['address', told(address)],
    ['port', told(port)],
    ['user', told(username)],
    ...keyFiles.map((file): Row => ['key file', told(file)]),
    ['algorithms', told(algorithms)],
    ...(hostKeyAlias === undefined ? [] : ([['host key alias', told(hostKeyAlias)]] as const)),
    ...(knownHostsFiles === undefined
      ? []
      : ([['known_hosts', `${knownHostsFiles.value.join(' ')} [${knownHostsFiles.source}]`]] as const)),
    ...lastOfEach(machine.seen).map(seenRow),
    ...machine.notes.map((note): Row => ['note', note]),
  ]
}

/** A second connection shows the same once more. */
function lastOfEach(seen: readonly SshSeen[]): readonly SshSeen[] {
  return (['host-key', 'algorithms', 'login'] as const).flatMap(
    (kind) => seen.findLast((one) => one.kind === kind) ?? [],
  )
}

const verdicts: Readonly<Record<Extract<SshSeen, { kind: 'host-key' }>['verdict'], string>> = {
  match: 'known',
  unknown: 'NOT KNOWN',
  changed: 'CHANGED',
  revoked: 'REVOKED',
  'ca-only': 'known by a certificate authority only',
}

function seenRow(seen: SshSeen): Row {
  switch (seen.kind) {
    case 'host-key':
      return ['host key', `${verdicts[seen.verdict]}: ${seen.type} ${seen.fingerprint}`]
    case 'algorithms': {
      const { kex, hostKey, cipher, mac } = seen
      return ['agreed', [kex, hostKey, cipher, ...(mac === undefined ? [] : [mac])].join(', ')]
    }
    case 'login':
      return ['login', `with ${seen.presented.at(-1) ?? 'nothing'}`]
    default:
      return assertNever(seen)
  }
}

function sessionRows(host: HostReport, verbose: boolean): readonly Row[] {
  const { error, software, privileged, hostname, commands } = host
  const refused = commands.filter((one) => !one.allowed)
  const shown = verbose ? commands : refused
  const allowed = commands.length - refused.length
  return [
    ...(hostname === undefined ? [] : ([['hostname', hostname]] as const)),
    ...(software === undefined
      ? []
      : ([
          ['software', [software.os, software.version, software.model].flatMap((one) => one ?? []).join(' ')],
        ] as const)),
    ...(privileged === undefined
      ? []
      : ([['privilege', privileged ? 'privileged' : 'LESS THAN LEVEL 15, or in a CLI view']] as const)),
    ...(commands.length === 0
      ? []
      : ([['reads', `${allowed} of ${commands.length} lines allowed`]] as const)),
    ...shown.map(
      ({ line, optional, refusal }): Row => [
        refusal === undefined ? 'allowed' : optional && !isDenied(refusal) ? 'absent' : 'REFUSED',
        refusal === undefined ? line : `${line}: ${refusal.split('\n')[0] ?? ''}`,
      ],
    ),
    ...rightsNext(host),
    ...host.findings.filter(blocks).flatMap(({ code, message, next }): readonly Row[] => [
      [code, message],
      ['next', next],
    ]),
    ...(error === undefined ? [] : errorRows(error, verbose)),
  ]
}

// The rest of a reply says no more of what went wrong.
const shownReply = 6

function errorRows({ code, message, line, reply, next }: DeviceError, verbose: boolean): readonly Row[] {
  const lines = (reply ?? '').split('\n').filter((one) => one.trim() !== '')
  const shown = verbose ? lines : lines.slice(0, shownReply)
  return [
    ['error', `${code}: ${message}`],
    ...(line === undefined ? [] : ([['line sent', line]] as const)),
    ...shown.map((text, index): Row => [index === 0 ? 'reply' : '', text.trimEnd()]),
    ['next', next],
  ]
}

/** An AAA server's word: a line of that name is there. */
function isDenied(refusal: string): boolean {
  return /authori[sz]ation failed/i.test(refusal)
}

/** What to do about rights that are missing. */
function rightsNext({ privileged, commands }: HostReport): readonly Row[] {
  const level = 'give the credential an enable secret, or the account privilege level 15 and no CLI view'
  const lines =
    'allow the refused lines for the account (command authorization): ikero doctor PLAYBOOK --privileges prints all that it needs'
  return [
    ...(privileged === false ? ([['next', level]] as const) : []),
    ...(commands.some((one) => isDenied(one.refusal ?? '')) ? ([['next', lines]] as const) : []),
  ]
}
