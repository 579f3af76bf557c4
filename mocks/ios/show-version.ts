import { uptimeText, wallText } from '../clock-text.ts'
import type { Call } from '../device-state.ts'
import { serialOf } from '../serial.ts'
import { hardwareOf } from './hardware.ts'
import { interfacesOf } from './ike-ends.ts'
import { iosRelease } from './release.ts'
import { hostnameOf } from './running.ts'

const notice = `This product contains cryptographic features and is subject to United
States and local country laws governing import, export, transfer and
use. Delivery of Cisco cryptographic products does not imply
third-party authority to import, export, distribute or use encryption.
Importers, exporters, distributors and users are responsible for
compliance with U.S. and local country laws. By using this product you
agree to comply with applicable laws and regulations. If you are unable
to comply with U.S. and local laws, return this product immediately.

A summary of U.S. laws governing Cisco cryptographic products may be found at:
http://www.cisco.com/wwl/export/crypto/tool/stqrg.html

If you require further assistance please contact us by sending email to
export@cisco.com.
`

const licence = `Cisco IOS-XE software, Copyright (c) 2005-2023 by cisco Systems, Inc.
All rights reserved.  Certain components of Cisco IOS-XE software are
licensed under the GNU General Public License ("GPL") Version 2.0.  The
software code licensed under GPL Version 2.0 is free software that comes
with ABSOLUTELY NO WARRANTY.
`

/** Names of the 16 and 17 trains, as they stand in brackets on the product line. */
function trainName(line: string): string {
  const [major = 0, minor = 0] = line.split('.').map(Number)
  if (major === 16) return minor <= 3 ? 'Denali' : minor <= 6 ? 'Everest' : minor <= 9 ? 'Fuji' : 'Gibraltar'
  if (major !== 17 || minor > 12) return 'IOSXE'
  return minor <= 3 ? 'Amsterdam' : minor <= 6 ? 'Bengaluru' : minor <= 9 ? 'Cupertino' : 'Dublin'
}

/** `17.9.4a` → `17.09.04a`: the IOS-XE line pads its numbers. */
function padded(version: string): string {
  return version.replace(/\.(\d)(?!\d)/g, '.0$1')
}

function productLines(call: Call): readonly string[] {
  const { version } = call.device.box
  const release = iosRelease(version)
  const { image } = hardwareOf(call.device.box)
  const tail = `${image}, Version ${version}, RELEASE SOFTWARE`
  return release?.family === 'ios-xe'
    ? [
        `Cisco IOS XE Software, Version ${padded(version)}`,
        `Cisco IOS Software [${trainName(release.line)}], ${tail} (fc3)`,
      ]
    : [`Cisco IOS Software, ${tail} (fc1)`]
}

function portLines(call: Call): readonly string[] {
  const names = interfacesOf(call.device.running).map((node) => node.line)
  const count = (type: string): number => names.filter((name) => name.startsWith(`interface ${type}`)).length
  const line = (many: number, text: string): readonly string[] =>
    many === 0 ? [] : [`${many} ${text}${many === 1 ? '' : 's'}`]
  return [
    ...line(count('FastEthernet'), 'FastEthernet interface'),
    ...line(count('GigabitEthernet'), 'Gigabit Ethernet interface'),
    ...line(count('TenGigabitEthernet'), 'Ten Gigabit Ethernet interface'),
  ]
}

/** `show version` of a classic or XE router. */
export function showVersion(call: Call): string {
  const { device, around } = call
  const xe = iosRelease(device.box.version)?.family === 'ios-xe'
  const name = hostnameOf(device)
  const { file, processor, memory } = hardwareOf(device.box)
  const up = uptimeText(around.uptimeMs)
  const lines = [
    ...productLines(call),
    'Technical Support: http://www.cisco.com/techsupport',
    `Copyright (c) 1986-${xe ? 2023 : 2014} by Cisco Systems, Inc.`,
    xe ? 'Compiled Fri 20-Oct-23 10:44 by mcpre' : 'Compiled Tue 18-Mar-14 15:11 by prod_rel_team',
    '',
    ...(xe ? ['', licence] : []),
    xe ? 'ROM: 17.6(1r)' : 'ROM: System Bootstrap, Version 15.0(1r)M15, RELEASE SOFTWARE (fc1)',
    '',
    `${name} uptime is ${up}`,
    ...(xe ? [`Uptime for this control processor is ${up}`] : []),
    `System returned to ROM by ${around.boot?.cause ?? 'reload'}`,
    `System restarted at ${wallText(new Date(around.wall.getTime() - around.uptimeMs))}`,
    `System image file is "${file}"`,
    `Last reload reason: ${around.boot?.cause === 'power-on' ? 'power-on' : 'Reload Command'}`,
    '',
    '',
    '',
    notice,
    ...(xe
      ? [
          '',
          'The current throughput level is 1000000 kbps',
          '',
          'Smart Licensing Status: Smart Licensing Using Policy',
          '',
        ]
      : []),
    `${processor} with ${memory}.`,
    `Processor board ID ${serialOf(device.box)}`,
    ...(xe ? ['Router operating mode: Autonomous'] : []),
    ...portLines(call),
    ...(xe
      ? []
      : [
          '1 Virtual Private Network (VPN) Module',
          'DRAM configuration is 64 bits wide with parity enabled.',
        ]),
    xe
      ? '32768K bytes of non-volatile configuration memory.'
      : '255K bytes of non-volatile configuration memory.',
    xe
      ? '7090175K bytes of flash memory at bootflash:.'
      : '250880K bytes of ATA System CompactFlash 0 (Read/Write)',
    '',
    'Configuration register is 0x2102',
    '',
  ]
  return `${lines.join('\n')}\n`
}
