import type { Call } from '../device-state.ts'
import type { ScenarioFailover } from '../scenario.ts'

/** What the standby says to everybody who enters its configuration (unicon mock data, asa). */
export const standbyWarning = `**** WARNING ****
        Configuration Replication is NOT performed from Standby unit to Active unit.
        Configurations are no longer synchronized.
`

const unitWords = { primary: 'Primary', secondary: 'Secondary' } as const
const other = { primary: 'secondary', secondary: 'primary' } as const

interface Unit {
  readonly unit: string
  readonly state: string
  /** Which of the two addresses of an interface it has. */
  readonly active: boolean
}

function unitsOf({ unit, state, synced }: ScenarioFailover): { readonly own: Unit; readonly mate: Unit } {
  const word = (active: boolean): string => (active ? 'Active' : synced ? 'Standby Ready' : 'Sync Config')
  const active = state === 'active'
  return {
    own: { unit: unitWords[unit], state: word(active), active },
    mate: { unit: unitWords[other[unit]], state: word(!active), active: !active },
  }
}

interface Monitored {
  readonly name: string
  readonly active: string
  readonly standby: string
}

function monitored(call: Call): readonly Monitored[] {
  return call.device.running.flatMap((node): readonly Monitored[] => {
    if (!node.line.startsWith('interface ')) return []
    const name = node.children.flatMap(({ line }) => /^nameif (\S+)/.exec(line)?.[1] ?? [])[0]
    const [, active, standby = '0.0.0.0'] =
      node.children
        .map(({ line }) => /^ip address (\S+) \S+(?: standby (\S+))?/.exec(line))
        .find((match) => match !== null) ?? []
    return name === undefined || active === undefined ? [] : [{ name, active, standby }]
  })
}

function hostLines(
  which: string,
  unit: Unit,
  faces: readonly Monitored[],
  seconds: number,
): readonly string[] {
  return [
    `        ${which} host: ${unit.unit} - ${unit.state} `,
    `                Active time: ${unit.active ? seconds : 0} (sec)`,
    ...faces.map(
      ({ name, active, standby }) =>
        `                  Interface ${name} (${unit.active ? active : standby}): Normal (Monitored)`,
    ),
  ]
}

/** In a context only its own state is shown. */
function inContext(own: Unit, mate: Unit, faces: readonly Monitored[], seconds: number): readonly string[] {
  const part = (title: string, unit: Unit): readonly string[] => [
    `    ${title} context: ${unit.state}`,
    `        Active time: ${unit.active ? seconds : 0} (sec)`,
    ...faces.map(
      ({ name, active, standby }) =>
        `          Interface ${name} (${unit.active ? active : standby}): Normal (Monitored)`,
    ),
  ]
  return ['Failover On', ...part('This', own), ...part('Peer', mate)]
}

/** `show failover`: `Failover Off` for a box without a mate. */
export function showFailover(call: Call): string {
  const { failover, version } = call.device.box
  if (failover === undefined) return alone
  const { own, mate } = unitsOf(failover)
  const faces = monitored(call)
  const seconds = Math.floor(call.around.uptimeMs / 1000)
  if (call.device.context !== undefined) {
    return `${inContext(own, mate, faces, seconds).join('\n')}\n`
  }
  const lines = [
    'Failover On ',
    `Failover unit ${own.unit}`,
    'Failover LAN Interface: folink GigabitEthernet1/8 (up)',
    'Reconnect timeout 0:00:00',
    'Unit Poll frequency 1 seconds, holdtime 15 seconds',
    'Interface Poll frequency 5 seconds, holdtime 25 seconds',
    'Interface Policy 1',
    'Monitored Interfaces 2 of 160 maximum',
    'MAC Address Move Notification Interval not set',
    `Version: Ours ${version}, Mate ${version}`,
    ...hostLines('This', own, faces, seconds),
    ...hostLines('Other', mate, faces, seconds),
    '',
    'Stateful Failover Logical Update Statistics',
    '        Link : folink GigabitEthernet1/8 (up)',
    '        Stateful Obj    xmit       xerr       rcv        rerr      ',
    '        VPN IKEv1 SA    12         0          12         0         ',
    '        VPN IKEv1 P2    24         0          24         0         ',
    '        VPN IKEv2 SA    0          0          0          0         ',
    '        VPN IKEv2 P2    0          0          0          0         ',
    '',
  ]
  return `${lines.join('\n')}\n`
}

/** `show failover state`: the state stands in a column of its own, reasons may be old. */
export function showFailoverState(call: Call): string {
  const { failover } = call.device.box
  const { own, mate } = unitsOf(failover ?? { pair: '', unit: 'secondary', state: 'active', synced: true })
  const state = (unit: Unit): string =>
    `               ${(failover === undefined ? 'Disabled' : unit.state).padEnd(14)} None`
  const lines = [
    '               State          Last Failure Reason      Date/Time',
    `This host  -   ${own.unit}`,
    state(own),
    `Other host -   ${mate.unit}`,
    failover === undefined ? '               Not Detected   None' : state(mate),
    '',
    '====Configuration State===',
    ...(failover === undefined ? [] : [failover.synced ? '\tSync Done' : '\tSync Skipped']),
    '====Communication State===',
    ...(failover === undefined ? [] : ['\tMac set']),
    '',
  ]
  return `${lines.join('\n')}\n`
}

const alone = `Failover Off 
Failover unit Secondary
Failover LAN Interface: not Configured
Reconnect timeout 0:00:00
Unit Poll frequency 1 seconds, holdtime 15 seconds
Interface Poll frequency 5 seconds, holdtime 25 seconds
Interface Policy 1
Monitored Interfaces 2 of 160 maximum
MAC Address Move Notification Interval not set
`
