import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createRedactor } from '../../src/kernel/redact.ts'
import { apply, plan } from '../../src/wire/run.ts'
import { createTranscripts, transcriptFolder, transcriptName } from '../../src/wire/transcripts.ts'
import { ikeroHere } from '../cli/in-process.ts'
import { type Lab, startLab } from '../e2e/lab.ts'
import { createFakeClock } from '../fake-clock.ts'
import { device } from '../workflow/world.ts'

const folders: string[] = []
const labs: Lab[] = []
afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.stop()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ikero-transcripts-'))
  folders.push(folder)
  return folder
}

const bytesLink = (...packets: readonly string[]) => {
  const left = packets.map((packet) => Buffer.from(packet, 'utf8'))
  return {
    peer: '192.0.2.1:22',
    read: () => Promise.resolve(left.shift() ?? ('closed' as const)),
    write: () => Promise.resolve(),
    close: () => undefined,
  }
}

function transcriptsIn(folder: string, ...secrets: readonly string[]) {
  const redactor = createRedactor()
  for (const secret of secrets) redactor.register(secret)
  return createTranscripts(folder, { clock: createFakeClock(), redactor, runId: '20261124T193000-000001' })
}

const hub1 = device('hub1', [])

describe('transcripts', () => {
  it('are a file for each device with its sessions in order, for the owner only', async () => {
    const folder = newFolder()
    const transcripts = transcriptsIn(folder)
    for (const kind of ['read', 'write'] as const) {
      const link = transcripts.begin(hub1, kind).over(bytesLink('hub1#'))
      await link.read()
      await link.write('exit\r')
      await link.read()
      link.close()
    }
    const [name] = readdirSync(folder)
    expect(readdirSync(folder)).toEqual(['hub1.20261124T193000-000001.txt'])
    const path = join(folder, name ?? '')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    expect(lines[0]).toBe('# ikero transcript: run 20261124T193000-000001, device hub1, 192.0.2.1 port 22')
    expect(lines.slice(3)).toEqual([
      '1    0.000 # reads, begun 2026-11-24T19:30:00.000Z',
      '1    0.000 < hub1#',
      '1    0.000 > exit\\r',
      '1    0.000 # closed by the device',
      '2    0.000 # may change the device, begun 2026-11-24T19:30:00.000Z',
      '2    0.000 < hub1#',
      '2    0.000 > exit\\r',
      '2    0.000 # closed by the device',
    ])
    expect(transcripts.warnings()).toEqual([])
  })

  it('hide a typed secret, however short, and say why there is no session', async () => {
    const folder = newFolder()
    const transcripts = transcriptsIn(folder, 'pa55word')
    const first = transcripts.begin(hub1, 'read')
    first.secret('abc')
    await first.over(bytesLink()).write('abc\r')
    transcripts
      .begin(hub1, 'read')
      .failed({ code: 'AUTHENTICATION_FAILED', cause: 'authentication', message: 'no pa55word', next: '' })
    const text = readFileSync(join(folder, readdirSync(folder)[0] ?? ''), 'utf8')
    expect(text).toContain('> *****\\r')
    expect(text).not.toContain('abc')
    expect(text).toContain('# no session: AUTHENTICATION_FAILED: no *****')
  })

  it('put a character together that was cut between two packets', async () => {
    const folder = newFolder()
    const euro = Buffer.from('€\r\n')
    const packets = [euro.subarray(0, 1), euro.subarray(1)]
    const link = transcriptsIn(folder)
      .begin(hub1, 'read')
      .over({ ...bytesLink(), read: () => Promise.resolve(packets.shift() ?? ('closed' as const)) })
    for (let bytes = await link.read(); bytes !== 'closed'; ) bytes = await link.read()
    expect(readFileSync(join(folder, readdirSync(folder)[0] ?? ''), 'utf8')).toContain('< €\n')
  })

  it.each([
    ['hub1', 'hub1.R.txt'],
    ['../../etc/passwd', '%2e.%2f..%2fetc%2fpasswd.R.txt'],
    ['..', '%2e..R.txt'],
    ['a b\n', 'a%20b%a.R.txt'],
  ])('are named safely: %j', (name, file) => {
    expect(transcriptName(name, 'R')).toBe(file)
  })

  it('neither follow a link nor write over a file: told at the end, and the session goes on', async () => {
    const folder = newFolder()
    const elsewhere = join(newFolder(), 'victim')
    writeFileSync(elsewhere, 'mine')
    symlinkSync(elsewhere, join(folder, 'hub1.20261124T193000-000001.txt'))
    const transcripts = transcriptsIn(folder)
    const link = transcripts.begin(hub1, 'read').over(bytesLink('hub1#'))
    expect(await link.read()).not.toBe('closed')
    expect(readFileSync(elsewhere, 'utf8')).toBe('mine')
    expect(transcripts.warnings()).toMatchObject([{ code: 'TRANSCRIPT_INCOMPLETE', severity: 'warning' }])
  })
})

describe('the folder of transcripts', () => {
  it('is made for the owner only, with its parents', () => {
    const dir = join(newFolder(), 'a', 'b')
    expect(transcriptFolder(dir, '/')).toEqual({ kind: 'ok', value: dir })
    expect(statSync(dir).mode & 0o777).toBe(0o700)
    expect(readdirSync(dir)).toEqual([])
  })

  it('is refused where it is a link, a file, or below a file', () => {
    const folder = newFolder()
    mkdirSync(join(folder, 'real'))
    symlinkSync(join(folder, 'real'), join(folder, 'link'))
    writeFileSync(join(folder, 'file'), '')
    for (const name of ['link', 'file', 'file/below']) {
      expect(transcriptFolder(name, folder)).toMatchObject({ kind: 'err', error: [{ code: 'USAGE' }] })
    }
  })
})

describe('a run with transcripts, over SSH', () => {
  async function labRun() {
    const lab = await startLab('mocks/scenarios/lab.yml')
    labs.push(lab)
    const playbook = join(lab.dir, 'playbook.yml')
    writeFileSync(
      playbook,
      'version: 1\nname: t\nrouters: [ { hosts: hub1, profiles: [VPN] } ]\nproof: { within: 5s, lostAfter: 5s }\nsave: always\n',
    )
    const options = {
      playbook,
      inventory: join(lab.dir, 'inventory.yml'),
      knownHosts: [join(lab.dir, 'known_hosts')],
      stateDir: join(lab.dir, 'state'),
      transcripts: join(lab.dir, 'said'),
      env: {},
      cwd: lab.dir,
    }
    return { lab, options }
  }

  it('writes each line that was sent and what came back, and no password', async () => {
    const { lab, options } = await labRun()
    expect(await apply({ ...options, approve: () => Promise.resolve(true) })).toMatchObject({ kind: 'done' })
    const name = readdirSync(options.transcripts).find((one) => one.startsWith('hub1.')) ?? ''
    const text = readFileSync(join(options.transcripts, name), 'utf8')
    for (const line of ['show version', 'configure terminal', 'responder-only', 'write memory']) {
      expect(text).toContain(`> ${line}\\r`)
    }
    expect(text).toContain('hub1(ipsec-profile)#')
    expect(text).toContain('[OK]')
    expect(text).not.toContain(lab.password)
    // The lab's own keys and hashes stand in the configuration that was read.
    expect(text).not.toMatch(/\b(?:key|secret|community) (?!\*{5})(?:\d+ )?\S*(?:lab|Lab)/)
  })

  it('contacts nothing when they cannot be written', async () => {
    const { lab, options } = await labRun()
    writeFileSync(options.transcripts, 'a file')
    const answer = await plan(options)
    expect(answer).toMatchObject({ kind: 'invalid', diagnostics: [{ code: 'USAGE' }] })
    const flags = [
      '-i',
      options.inventory,
      '--state-dir',
      options.stateDir,
      '--transcripts',
      options.transcripts,
    ]
    const ran = await ikeroHere(['verify', options.playbook, ...flags])
    expect(ran.code).toBe(64)
    expect(ran.stderr).toMatch(/no transcripts can be written to .*said/)
    expect(lab.lines()).toEqual([])
  })
})
