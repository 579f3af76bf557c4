import { spawnSync } from 'node:child_process'
import { describe, it } from 'vitest'

/** A program that is not part of the project and that some tests drive the simulated devices with. */
export interface ForeignProgram {
  readonly name: string
  /** The Debian package that has it. */
  readonly debian: string
  /** A call that succeeds where the program works. */
  readonly probe: readonly [string, ...string[]]
}

export const openSsh: ForeignProgram = { name: 'ssh', debian: 'openssh-client', probe: ['ssh', '-V'] }

export const openSshServer: ForeignProgram = {
  name: 'sshd',
  debian: 'openssh-server',
  probe: ['/usr/sbin/sshd', '-V'],
}

/** FRRouting: the daemons and the shell are one package. */
export const frr: ForeignProgram = { name: 'vtysh', debian: 'frr', probe: ['vtysh', '--help'] }

/** Debian's Netmiko belongs to Debian's Python, whatever `python3` stands first in PATH. */
export const netmiko: ForeignProgram = {
  name: 'Netmiko',
  debian: 'python3-netmiko',
  probe: ['/usr/bin/python3', '-c', 'import netmiko'],
}

/** Ansible with its collections for Cisco devices, which `ansible-core` does not have. */
export const ansible: ForeignProgram = {
  name: 'Ansible with cisco.ios',
  debian: 'ansible python3-paramiko',
  probe: ['/usr/bin/ansible-doc', '-t', 'cliconf', 'cisco.ios.ios', 'cisco.asa.asa'],
}

/** Debian's, driven by playwright-core, which brings no browser of its own. */
export const chromium: ForeignProgram = {
  name: 'Chromium',
  debian: 'chromium',
  probe: ['/usr/bin/chromium', '--version'],
}
/** Validates XML against an XML Schema. */
export const xmllint: ForeignProgram = {
  name: 'xmllint',
  debian: 'libxml2-utils',
  probe: ['xmllint', '--version'],
}

export const python: ForeignProgram = { name: 'python3', debian: 'python3', probe: ['python3', '--version'] }

export const jq: ForeignProgram = { name: 'jq', debian: 'jq', probe: ['jq', '--version'] }

/** Prometheus' own check of metrics and alert rules. */
export const promtool: ForeignProgram = {
  name: 'promtool',
  debian: 'prometheus',
  probe: ['promtool', '--version'],
}

/** Shows what a person at a terminal would see, for the pictures of the pages. */
export const tmux: ForeignProgram = { name: 'tmux', debian: 'tmux', probe: ['tmux', '-V'] }
/** Loads units and says what is wrong with them; it need not be what the machine was started with. */
export const systemd: ForeignProgram = {
  name: 'systemd-analyze',
  debian: 'systemd',
  probe: ['systemd-analyze', '--version'],
}
/** The shells that `ikero completion` writes for. */
export const bash: ForeignProgram = { name: 'bash', debian: 'bash', probe: ['bash', '--version'] }
export const zsh: ForeignProgram = { name: 'zsh', debian: 'zsh', probe: ['zsh', '--version'] }
export const fish: ForeignProgram = { name: 'fish', debian: 'fish', probe: ['fish', '--version'] }

export type Policy = 'run' | 'leave-out' | 'fail'

/** Where the program is missing its tests are left out; in CI that is a failure, or nobody would notice. */
export function policy(found: boolean, ci: string | undefined): Policy {
  if (found) return 'run'
  return ci === 'true' || ci === '1' ? 'fail' : 'leave-out'
}

export function isHere({ probe: [command, ...args] }: ForeignProgram): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

export function missing({ name, debian }: ForeignProgram): string {
  return `${name} is missing; install it with: apt-get install ${debian}`
}

/** `describe` for tests that need a foreign program. */
export function describeWith(program: ForeignProgram, title: string, body: () => void): void {
  const what = policy(isHere(program), process.env.CI)
  if (what === 'run') {
    describe(title, body)
    return
  }
  if (what === 'leave-out') {
    process.stderr.write(`left out: ${title}: ${missing(program)}\n`)
    describe.skip(title, body)
    return
  }
  describe(title, () => {
    it(`has ${program.name}`, () => {
      throw new Error(missing(program))
    })
  })
}
