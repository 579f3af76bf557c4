import type { Capture } from '../../../src/model/capture.ts'
import type { DeviceFacts } from '../../../src/model/facts.ts'
import type { DeviceIntent, PeerDeclaration, TargetIntent, WantedState } from '../../../src/model/intent.ts'
import { lines } from '../../../src/platform/asa/commands.ts'
import { asaDriver } from '../../../src/platform/asa/index.ts'
import { captureText, slugOf } from '../../contract/captures.ts'
import { deviceName } from '../../names.ts'

/** Which case folder answers which line; a line that is missing was not asked. */
export type Answers = Readonly<Partial<Record<keyof typeof lines, string>>>

const hub: Answers = {
  version: 'asa-9-16',
  privilege: 'level-15',
  configuration: 'hub',
  cryptoMaps: 'every-type',
  sessions: 'ikev1-and-ikev2',
  ikeSas: 'both-versions',
}

/** The captures of one survey, from case folders. */
export function captures(answers: Answers = {}): readonly Capture[] {
  const all: Answers = { ...hub, ...answers }
  const keys: readonly (keyof typeof lines)[] = [
    'version',
    'privilege',
    'configuration',
    'cryptoMaps',
    'names',
    'sessions',
    'ikeSas',
    'failover',
    'failoverState',
    'contexts',
    'terminals',
  ]
  return keys.flatMap((key) => {
    const name = all[key]
    if (name === undefined || name === '') return []
    return [{ line: lines[key], text: captureText('asa', slugOf(lines[key]), name) }]
  })
}

export const session: { readonly hostname: string; readonly privileged: boolean } = {
  hostname: 'asa-hq',
  privileged: true,
}

/** The facts of the hub, or of a device with other answers. */
export function facts(answers: Answers = {}): DeviceFacts {
  const read = asaDriver.facts(captures(answers), session)
  if (read.kind === 'err') throw new Error(read.error.message)
  return read.value
}

/** What a playbook asks of asa-hq, with all peers of its map declared as ASAs unless said otherwise. */
export function intent(
  targets: readonly TargetIntent[],
  options: { readonly state?: WantedState; readonly peers?: readonly PeerDeclaration[] } = {},
): DeviceIntent {
  return {
    host: deviceName('asa-hq'),
    platform: 'asa',
    state: options.state ?? 'responder-only',
    targets,
    peers: options.peers ?? [{ key: '203.0.113.0/24', type: 'asa' }],
    endpoints: [],
  }
}
