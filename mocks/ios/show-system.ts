import { wallText } from '../clock-text.ts'
import { type Call, loginFrom } from '../device-state.ts'
import { serialOf } from '../serial.ts'
import { hardwareOf } from './hardware.ts'
import { addressOf, interfacesOf } from './ike-ends.ts'

/** `show ip interface brief`. */
export function showIpInterfaceBrief(call: Call): string {
  const header = 'Interface                  IP-Address      OK? Method Status                Protocol'
  const rows = interfacesOf(call.device.running).map((node) => {
    const off = node.children.some((child) => child.line === 'shutdown')
    const address = addressOf(node)
    const name = node.line.slice('interface '.length)
    const stored = call.device.startup.some(
      (other) => other.line === node.line && addressOf(other) === address,
    )
    const method = address === undefined ? 'unset' : stored ? 'NVRAM' : 'manual'
    const status = off ? 'administratively down' : 'up'
    const protocol = off ? 'down' : 'up'
    return `${name.padEnd(26)} ${(address ?? 'unassigned').padEnd(15)} YES ${method.padEnd(6)} ${status.padEnd(21)} ${protocol.padEnd(8)}`
  })
  return `${[header, ...rows].join('\n')}\n`
}

export function showClock(call: Call): string {
  return `${wallText(call.around.wall, true)}\n`
}

export function showPrivilege(call: Call): string {
  return `Current privilege level is ${call.session.privileged ? 15 : 1}\n`
}

export function showTerminal(call: Call): string {
  const { pageLength, width } = call.session
  const lines = [
    'Line 1, Location: "", Type: "xterm"',
    `Length: ${pageLength} lines, Width: ${width} columns`,
    'Baud rate (TX/RX) is 9600/9600, no parity, 2 stopbits, 8 databits',
    'Status: PSI Enabled, Ready, Active, Automore On',
    'Editing is enabled.',
    'History is enabled, history size is 20.',
  ]
  return `${lines.join('\n')}\n`
}

export function showInventory(call: Call): string {
  const { box } = call.device
  const { processor } = hardwareOf(box)
  return [
    `NAME: "Chassis", DESCR: "${processor.replace(/ \(.*/, '')} chassis"`,
    `PID: ${box.model.padEnd(18)}, VID: V01  , SN: ${serialOf(box)}`,
    '',
    '',
  ].join('\n')
}

/** `show users`: this session's line. */
export function showUsers(call: Call): string {
  return [
    '    Line       User       Host(s)              Idle       Location',
    `*  1 vty 0     ${call.session.user.padEnd(10)} idle                 00:00:00 ${loginFrom}`,
    '',
    '  Interface    User               Mode         Idle     Peer Address',
    '',
  ].join('\n')
}
