import type { DeviceRequest } from '../../src/model/device-request.ts'
import { asa, bothEnds, end, hub } from '../workflow/scenarios.ts'
import { device, entry, profile } from '../workflow/world.ts'

function parts(text: string): { readonly devices: string; readonly ends: string } {
  const [, rest = ''] = text.split('devices:\n')
  const [devices = '', peers = ''] = rest.split('peers:\n')
  const [, ends = ''] = peers.split('  ends:\n')
  return { devices, ends }
}

/** An IOS router, an IOS-XE router and an ASA with two entries; their far ends call anew every six seconds. */
export function threeDevices(renew = '6s'): string {
  const ios = parts(hub({ renew }))
  const ends = [...bothEnds, end('203.0.113.13')]
  const again = parts(hub({ renew, version: '17.9.4a', ends }))
  const xe = {
    devices: again.devices
      .replaceAll('hub1', 'xe1')
      .replaceAll('203.0.113.', '198.51.100.')
      .replace('model: CISCO2911/K9', 'model: C8300-1N1S-6T')
      .replace('version 15.2', 'version 17.9'),
    ends: again.ends
      .replaceAll('hub1', 'xe1')
      .replaceAll('203.0.113.', '198.51.100.')
      .replaceAll('name: end', 'name: xe'),
  }
  const fw = parts(asa({ renew }))
  const moved = {
    devices: fw.devices.replaceAll('203.0.113.', '192.0.2.'),
    ends: fw.ends.replaceAll('203.0.113.', '192.0.2.'),
  }
  const all = [ios, xe, moved]
  return `version: 1
login: { username: netops, password: lab }
devices:
${all.map(({ devices }) => devices).join('')}peers:
  renew: ${renew}
  ikeLifetime: 60s
  ends:
${all.map(({ ends }) => ends).join('')}`
}

export const threeRequests: readonly DeviceRequest[] = [
  device('hub1', [profile('VPN')]),
  device('xe1', [profile('VPN'), profile('OTHER')]),
  device('asa1', [entry('outside_map', 10), entry('outside_map', 20)], {
    platform: 'asa',
    peers: [
      { key: '192.0.2.20', type: 'asa', initiates: 'always' },
      { key: '192.0.2.21', type: 'asa', initiates: 'always' },
    ],
  }),
]
