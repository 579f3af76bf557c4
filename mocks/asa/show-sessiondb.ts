import { wallText } from '../clock-text.ts'
import type { Call } from '../device-state.ts'
import type { SaView } from '../ike-types.ts'
import { nameOf } from './ike-ends.ts'
import { asaRelease } from './release.ts'

function duration(seconds: number): string {
  const days = Math.floor(seconds / 86_400)
  const two = (value: number): string => String(value).padStart(2, '0')
  const rest = `${Math.floor((seconds % 86_400) / 3600)}h:${two(Math.floor((seconds % 3600) / 60))}m:${two(seconds % 60)}s`
  return days === 0 ? rest : `${days}d ${rest}`
}

function block(call: Call, sas: readonly SaView[]): readonly string[] {
  const first = sas[0]
  if (first === undefined) return []
  const { around, device } = call
  const generation = asaRelease(device.box).sessions
  if (generation === 1) return oldBlock(call, sas)
  const name = generation === 2 ? 'IKE' : `IKEv${first.version}`
  const bytes = first.ageSeconds * 1_412
  const login = new Date(around.wall.getTime() - around.nowMs + first.startedMs)
  return [
    `Connection   : ${first.peer}`,
    `Index        : ${String(first.number).padEnd(22)} IP Addr      : ${nameOf(device.running, first.peer)}`,
    `Protocol     : ${name} IPsec`,
    ...(generation === 2
      ? ['Encryption   : AES256                 Hashing      : SHA1']
      : [
          `Encryption   : ${name}: (1)AES256  IPsec: (1)AES256`,
          `Hashing      : ${name}: (1)SHA256  IPsec: (1)SHA256`,
        ]),
    `Bytes Tx     : ${String(bytes).padEnd(22)} Bytes Rx     : ${bytes + 96}`,
    `Login Time   : ${wallText(login)}`,
    `Duration     : ${duration(first.ageSeconds)}`,
    '',
    `${name} Tunnels: ${sas.length}`,
    'IPsec Tunnels: 1',
    '',
    ...sas.flatMap((sa, index) => tunnel(name, sa, first, index)),
    ...child(first, sas.length, bytes, around.ipsecLifetime),
  ]
}

/** The layout of 7.x: sessions instead of tunnels, one blank in front of everything. */
function oldBlock(call: Call, sas: readonly SaView[]): readonly string[] {
  const first = sas[0]
  if (first === undefined) return []
  const { around, device } = call
  const login = new Date(around.wall.getTime() - around.nowMs + first.startedMs)
  const left = around.ipsecLifetime - (first.ageSeconds % around.ipsecLifetime)
  return [
    ` Connection   : ${first.peer}`,
    ` Index        : ${String(first.number).padEnd(22)} IP Addr      : ${nameOf(device.running, first.peer)}`,
    ' Protocol     : IPSecLAN2LAN           Encryption   : AES256',
    ` Login Time   : ${wallText(login)}`,
    ` Duration     : ${duration(first.ageSeconds)}`,
    ' Filter Name  :',
    '',
    ` IKE Sessions: ${sas.length} IPSec Sessions: 1`,
    '',
    ...sas.flatMap((sa, index) => [
      ' IKE:',
      `   Session ID   : ${index + 1}`,
      '   IKE Neg Mode : Main                   Auth Mode    : preSharedKeys',
      `   Rekey Int (T): ${`${sa.lifetimeSeconds} Seconds`.padEnd(22)} Rekey Left(T): ${sa.remainingSeconds} Seconds`,
      '',
    ]),
    ' IPSec:',
    `   Session ID   : ${sas.length + 1}`,
    `   Rekey Int (T): ${`${around.ipsecLifetime} Seconds`.padEnd(22)} Rekey Left(T): ${left} Seconds`,
    '',
  ]
}

function tunnel(name: string, sa: SaView, first: SaView, index: number): readonly string[] {
  return [
    `${name}:`,
    `  Tunnel ID    : ${first.number}.${index + 1}`,
    '  UDP Src Port : 500                    UDP Dst Port : 500',
    ...(sa.version === 1 ? ['  IKE Neg Mode : Main                   Auth Mode    : preSharedKeys'] : []),
    '  Encryption   : AES256                 Hashing      : SHA256',
    `  Rekey Int (T): ${`${sa.lifetimeSeconds} Seconds`.padEnd(22)} Rekey Left(T): ${sa.remainingSeconds} Seconds`,
    '  D/H Group    : 14',
    '  Filter Name  :',
    '',
  ]
}

function child(first: SaView, tunnels: number, bytes: number, lifetime: number): readonly string[] {
  return [
    'IPsec:',
    `  Tunnel ID    : ${first.number}.${tunnels + 1}`,
    '  Local Addr   : 0.0.0.0/0.0.0.0/0/0',
    '  Remote Addr  : 0.0.0.0/0.0.0.0/0/0',
    '  Encryption   : AES256                 Hashing      : SHA256',
    '  Encapsulation: Tunnel',
    `  Rekey Int (T): ${`${lifetime} Seconds`.padEnd(22)} Rekey Left(T): ${lifetime - (first.ageSeconds % lifetime)} Seconds`,
    '  Rekey Int (D): 4608000 K-Bytes        Rekey Left(D): 4607998 K-Bytes',
    '  Idle Time Out: 30 Minutes             Idle TO Left : 29 Minutes',
    `  Bytes Tx     : ${String(bytes).padEnd(22)} Bytes Rx     : ${bytes + 96}`,
    `  Pkts Tx      : ${String(first.ageSeconds * 2).padEnd(22)} Pkts Rx      : ${first.ageSeconds * 2 + 1}`,
    '',
  ]
}

/** `show vpn-sessiondb detail l2l [filter name PEER]`: sessions by peer, never who started (ntc-templates). */
export function showSessiondb(call: Call, peer?: string): string {
  const byPeer = new Map<string, SaView[]>()
  for (const sa of call.around.sas) {
    if (peer !== undefined && sa.peer !== peer) continue
    const key = `${sa.peer} ${sa.version}`
    byPeer.set(key, [...(byPeer.get(key) ?? []), sa])
  }
  if (byPeer.size === 0) return 'INFO: There are presently no active sessions of the type specified\n'
  const lines = [
    '',
    'Session Type: LAN-to-LAN Detailed',
    '',
    ...[...byPeer.values()].flatMap((sas) => block(call, sas)),
  ]
  return `${lines.join('\n')}\n`
}
