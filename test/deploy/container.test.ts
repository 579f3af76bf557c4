import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Cron } from 'croner'
import { describe, expect, it } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { root } from '../architecture/sources.ts'
import { at, readDockerfile, readUnit, secondsOf, settingOf, strings, textsOf, wordsOfJson } from './files.ts'

const [before = [], build = [], image = [], ...more] = readDockerfile('Dockerfile')
const env = new Map(
  textsOf(image, 'ENV').flatMap((text) => text.split(' ').map((one): [string, string] => pair(one))),
)
const [user = ''] = textsOf(image, 'USER')
const [volume = ''] = textsOf(image, 'VOLUME')
const uid = Number(user.split(':')[0])
const stopSeconds = secondsOf(settingOf(readUnit('ikero-serve.service'), 'Service', 'TimeoutStopSec'))

function pair(text: string): [string, string] {
  const [name = '', value = ''] = text.split('=')
  return [name, value]
}

describe('Dockerfile', () => {
  it('has two stages of the same Node, pinned by its major, which the package allows', () => {
    expect(more).toEqual([])
    expect(before).toEqual([{ name: 'ARG', text: `NODE_MAJOR=${/\d+/.exec(packageJson.engines.node)?.[0]}` }])
    const from = [...textsOf(build, 'FROM'), ...textsOf(image, 'FROM')]
    expect(from.map((text) => text.replaceAll(/\$\{NODE_MAJOR\}/g, 'MAJOR'))).toEqual([
      'node:MAJOR-slim AS build',
      'node:MAJOR-slim',
    ])
  })

  it('copies files of the clone by name, those that the package is made from among them', () => {
    const copied = textsOf(build, 'COPY').flatMap((text) => text.split(' ').slice(0, -1))
    expect(copied.filter((name) => name === '.' || !existsSync(join(root, name)))).toEqual([])
    const packed = packageJson.files.map((name) => name.split('/')[0]).filter((name) => name !== undefined)
    const wanted = [...packed.filter((name) => !/^!|^dist$/.test(name)), 'src', '.ci', '.npmrc', 'LICENSE']
    expect(wanted.filter((name) => !copied.includes(name))).toEqual([])
    // What the lock file pins, before any source is there: the layer is kept until one of the three changes.
    expect(build.slice(0, 4).map(({ text }) => text)).toContain('npm ci')
  })

  it('takes into the image only what was packed', () => {
    expect(textsOf(image, 'COPY')).toEqual(['--from=build /opt/ikero /opt/ikero'])
    expect(textsOf(image, 'ADD')).toEqual([])
    expect([...env.keys()].filter((name) => /PASS|TOKEN|SECRET|KEY/i.test(name))).toEqual([])
  })

  it('runs as a number that is not root, and keeps its records below a volume, not in its top', () => {
    expect(user).toMatch(/^[1-9]\d+:[1-9]\d+$/)
    expect(env.get('IKERO_STATE')).toMatch(new RegExp(`^${volume}/\\w+$`))
    expect(env.get('HOME')).toBe(volume)
    expect(textsOf(image, 'RUN').join()).toContain(`install -d -o ${uid} -g ${uid} -m 0700 ${volume}`)
    // Nothing after it may be root's again.
    expect(textsOf(image, 'USER')).toHaveLength(1)
  })

  it('starts ikero as the first process, so that signals reach it', () => {
    expect(textsOf(image, 'ENTRYPOINT').map(wordsOfJson)).toEqual([['ikero']])
    expect(textsOf(image, 'CMD').map((text) => wordsOfJson(text)[0])).toEqual(['serve'])
  })

  it.each([
    [200, 0],
    [503, 1],
    [undefined, 1],
  ])('is healthy by what /healthz answers: %s', async (status, code) => {
    const [check = ''] = textsOf(image, 'HEALTHCHECK')
    const [program, ...args] = wordsOfJson(check.slice(check.indexOf('[')))
    expect(program).toBe('node')
    const { port, close } = await answering(status)
    const here = args.map((arg) => arg.replace('127.0.0.1:9464', `127.0.0.1:${port}`))
    expect(here).not.toEqual(args)
    const ended = await promisify(execFile)(process.execPath, here).then(
      () => 0,
      (thrown: unknown) => (thrown instanceof Error && 'code' in thrown ? thrown.code : thrown),
    )
    await close()
    expect(ended).toBe(code)
  })
})

/** A server that has one answer to /healthz; without one, a port that nobody listens on. */
async function answering(
  status: number | undefined,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server: Server = createServer((request, response) => {
    response.writeHead(request.url === '/healthz' ? (status ?? 500) : 404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()))
  if (status !== undefined) return { port, close }
  await close()
  return { port, close: async () => undefined }
}

describe('compose.yml', () => {
  const of = (key: string): unknown => at('compose.yml', `services.ikero.${key}`)

  it('gives the container no right and no place to write but its state', () => {
    expect(of('read_only')).toBe(true)
    expect(of('cap_drop')).toEqual(['ALL'])
    expect(of('security_opt')).toEqual(['no-new-privileges:true'])
    expect(of('user')).toBe(user)
    expect(strings(of('volumes'))).toEqual(['./project:/etc/ikero:ro', `state:${volume}`])
    expect(at('compose.yml', 'volumes.state')).toEqual({})
  })

  it('has its own name in every container, since leases tell machines apart by it', () => {
    expect(of('hostname')).toBeUndefined()
    expect(of('pid')).toBeUndefined()
  })

  it('waits for a device in hand as long as the unit does', () => {
    expect(secondsOf(of('stop_grace_period'))).toBe(stopSeconds)
    expect(of('command')).toEqual(textsOf(image, 'CMD').map(wordsOfJson)[0])
  })

  it('shows its page on loopback only, at the port of the image', () => {
    const [port = ''] = textsOf(image, 'EXPOSE')
    expect(of('ports')).toEqual([`127.0.0.1:${port}:${port}`])
  })

  it('has each secret in a file', () => {
    for (const name of strings(of('secrets')))
      expect(at('compose.yml', `secrets.${name}`)).toEqual({ file: `./secrets/${name}` })
    expect(of('environment')).toBeUndefined()
  })

  it('builds by the Dockerfile from the top of the clone', () => {
    expect(join(root, 'docs/deploy', String(of('build.context')))).toBe(join(root))
    expect(existsSync(join(root, String(of('build.dockerfile'))))).toBe(true)
  })
})

describe('cronjob.yml', () => {
  const job = 'spec.jobTemplate.spec'
  const of = (path: string): unknown => at('cronjob.yml', path)
  const pod = (key: string): unknown => of(`${job}.template.spec.${key}`)

  it('looks once a night, and never twice for one answer', () => {
    const timezone = String(of('spec.timeZone'))
    const cron = new Cron(String(of('spec.schedule')), { mode: '5-part', timezone, paused: true })
    expect(cron.nextRun()).toBeInstanceOf(Date)
    expect(of('spec.concurrencyPolicy')).toBe('Forbid')
    expect(of(`${job}.backoffLimit`)).toBe(0)
    expect(pod('restartPolicy')).toBe('Never')
  })

  it('has no right, no account and no place to write but its state', () => {
    expect(pod('securityContext')).toEqual({
      runAsNonRoot: true,
      runAsUser: uid,
      runAsGroup: uid,
      fsGroup: uid,
      seccompProfile: { type: 'RuntimeDefault' },
    })
    expect(pod('containers.0.securityContext')).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    expect(pod('automountServiceAccountToken')).toBe(false)
    expect(pod('terminationGracePeriodSeconds')).toBe(stopSeconds)
  })

  it('mounts what it names: the project, the secrets for its group, the state that outlives the job', () => {
    expect(pod('containers.0.volumeMounts')).toEqual([
      { name: 'project', mountPath: textsOf(image, 'WORKDIR')[0], readOnly: true },
      { name: 'secrets', mountPath: '/run/secrets', readOnly: true },
      { name: 'state', mountPath: volume },
    ])
    expect(pod('volumes.0')).toEqual({ name: 'project', configMap: { name: 'ikero' } })
    expect(pod('volumes.1.secret.defaultMode')).toBe(0o440)
    expect(pod('volumes.2')).toEqual({
      name: 'state',
      persistentVolumeClaim: { claimName: 'ikero-state' },
    })
  })
})
