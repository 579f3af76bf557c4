import { spawn } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ikeroHere } from '../cli/in-process.ts'
import { atEnd } from '../transport/ssh-server.ts'
import { describeWith, frr, openSshServer } from './needs.ts'
import { makeKeyFiles } from './openssh-keys.ts'
import { end, startSshd, testFolder, user } from './sshd.ts'

const root = process.getuid?.() === 0
/** A shell as an account without rights would have it. */
const plainly = root ? 'setpriv --reuid=nobody --regid=nogroup --clear-groups ' : ''

interface Ended {
  readonly code: number
  readonly status: string
  readonly codes: readonly string[]
  readonly evidence: string | undefined
  readonly seconds: number
  /** Every line that was typed at the machine, as its own side of the terminal had it. */
  readonly typed: readonly string[]
}

const asked = {
  ios: 'routers:\n  - { hosts: box, profiles: [VPN] }\n',
  asa: 'asas:\n  - { hosts: box, cryptoMaps: [{ map: outside_map, entries: static }] }\n',
}

const enable = ', enable: { file: enable }'

/** Applies a change, approved in advance, to an sshd whose sessions get this shell. */
async function applyTo(shell: string, platform: 'ios' | 'asa', secret: string = enable): Promise<Ended> {
  const dir = testFolder()
  const userKey = makeKeyFiles(dir, 'operator')
  const wrapper = join(dir, 'login-shell')
  const typed = join(dir, 'typed')
  writeFileSync(wrapper, `#!/bin/sh\ncd /\nexec script -q -f -I ${typed} -c '${shell}'\n`)
  chmodSync(wrapper, 0o755)
  const { port, known } = await startSshd({ userKey, config: [`ForceCommand ${wrapper}`] })
  writeFileSync(join(dir, 'known_hosts'), known)
  writeFileSync(join(dir, 'enable'), 'not-for-this-box\n')
  const credential = `{ username: ${user}, privateKey: { file: operator }${secret} }`
  const host = `{ address: 127.0.0.1, port: ${port}, platform: ${platform}, credential: box }`
  writeFileSync(
    join(dir, 'inventory.yml'),
    `version: 1\ncredentials:\n  box: ${credential}\nhosts:\n  box: ${host}\n`,
  )
  writeFileSync(
    join(dir, 'playbook.yml'),
    `version: 1\nname: none of ours\ninventory: inventory.yml\n${asked[platform]}state: responder-only\n`,
  )
  const began = performance.now()
  const ran = await ikeroHere(
    ['apply', 'playbook.yml', '--known-hosts', 'known_hosts', '--state-dir', 'state', '--yes', '--json'],
    { cwd: dir },
  )
  const seconds = (performance.now() - began) / 1000
  const [device] = JSON.parse(ran.stdout).devices
  const findings: readonly { readonly code: string; readonly evidence?: string }[] = device.findings
  return {
    code: ran.code,
    status: device.status,
    codes: [...findings.map((one) => one.code), ...(device.error === undefined ? [] : [device.error.code])],
    evidence: findings[0]?.evidence,
    seconds,
    typed: readFileSync(typed, 'utf8')
      .split(/[\r\n]/)
      .filter((line) => line !== '' && !/^Script (?:started|done) /.test(line)),
  }
}

/** One daemon of FRRouting, which vtysh talks to, in a folder of its own. */
async function startFrr(): Promise<string> {
  const dir = testFolder()
  // The daemon leaves root behind for an account of its own.
  chmodSync(dir, 0o777)
  writeFileSync(join(dir, 'vtysh.conf'), '')
  const files = ['--vty_socket', dir, '-z', join(dir, 'zserv.api'), '-i', join(dir, 'pid'), '-f', '/dev/null']
  const daemon = spawn('/usr/lib/frr/staticd', [...files, '-P', '0', '--log', 'stdout'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  atEnd(() => end(daemon))
  await new Promise<void>((resolve, reject) => {
    daemon.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString('utf8').includes(' starting:')) resolve()
    })
    daemon.once('error', reject)
    daemon.once('exit', (code) => reject(new Error(`staticd ended with ${code}`)))
  })
  return dir
}

/** All that is typed at a machine until its `show version` has told what it is. */
const reading = {
  ios: ['terminal length 0', 'terminal width 512', 'show version', 'exit'],
  asa: ['terminal pager 0', 'show version', 'exit'],
}

/** What is typed where the prompt has told it already: empty lines. */
const nothing = { ios: [], asa: [] }

function expectRefused(ended: Ended, evidence: RegExp, typed: readonly string[]): void {
  expect(ended).toMatchObject({ code: 1, status: 'blocked', codes: ['PLATFORM_UNSUPPORTED'] })
  expect(ended.evidence).toMatch(evidence)
  // Waiting for a prompt until the end of patience takes as long, on an idle machine too.
  expect(ended.seconds).toBeLessThan(30)
  expect(ended.typed).toEqual(typed)
}

describeWith(openSshServer, 'a machine behind sshd that is no device', () => {
  const plain = `${plainly}bash --login`
  const own = root ? ([/: show: command not found$/, reading] as const) : ([/\$$/, nothing] as const)
  it.each([
    ["a plain user's bash", 'ios', plain, /\$$/, nothing],
    ["a plain user's bash", 'asa', plain, /\$$/, nothing],
    ["a plain user's sh", 'ios', `${plainly}sh -i`, /^\$$/, nothing],
    ["the account's own bash", 'ios', 'bash --login', ...own],
    ["the account's own bash", 'asa', 'bash --login', ...own],
    ["root's bash on Red Hat", 'ios', String.raw`PS1="[\u@\h \W]# " bash --norc -i`, /^\[.*\]#$/, nothing],
    ["root's bash on Red Hat", 'asa', String.raw`PS1="[\u@\h \W]# " bash --norc -i`, /^\[.*\]#$/, nothing],
  ] as const)(
    '%s, named %s in the inventory, is PLATFORM_UNSUPPORTED in seconds',
    { timeout: 60_000 },
    async (...row) => {
      const [_who, platform, shell, evidence, typed] = row
      expectRefused(await applyTo(shell, platform), evidence, typed[platform])
    },
  )

  describeWith(frr, "FRRouting's vtysh", () => {
    // Its daemons belong to root or to FRRouting's own account.
    // With `--user` it stands in a mode that cannot be left: no enable secret belongs to such an account.
    it.runIf(root).each([
      ['ios', '', enable],
      ['asa', '', enable],
      ['ios', ' --user', ''],
      ['asa', ' --user', ''],
    ] as const)(
      'as the login shell, named %s in the inventory, with%j, is PLATFORM_UNSUPPORTED in seconds',
      { timeout: 60_000 },
      async (...row) => {
        const [platform, mode, secret] = row
        const sockets = await startFrr()
        const shell = `vtysh --vty_socket ${sockets} --config_dir ${sockets}${mode}`
        expectRefused(await applyTo(shell, platform, secret), /^FRRouting \d/, reading[platform])
      },
    )
  })
})
