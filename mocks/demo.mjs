// @ts-check
// The whole job on simulated devices: change, proof, nothing left to do, and a refusal. Plain JavaScript
// without dependencies, so that it works in a fresh clone: it installs and builds what is missing first.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const main = join(root, 'dist', 'main.js')

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/** @type {Set<ChildProcess>} */
const children = new Set()
let interrupted = false

const colored = process.stdout.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb'
/** @param {number} code @param {string} text */
const style = (code, text) => (colored ? `\x1b[${code}m${text}\x1b[0m` : text)

/** @param {string} text */
function heading(text) {
  console.log(`\n${style(1, `== ${text}`)}\n`)
}

/** Modification time in milliseconds; 0 where there is no such file. @param {string} path */
function changedAt(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0
}

/** The newest change of a file or of any file below a folder. @param {string} path @returns {number} */
function newest(path) {
  if (!existsSync(path)) return 0
  if (!statSync(path).isDirectory()) return changedAt(path)
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))))
}

/**
 * Starts a program whose output is shown, unless `stdout` is piped.
 * @param {string} command @param {string[]} args @param {'inherit' | 'pipe'} stdout
 */
function start(command, args, stdout = 'inherit') {
  if (interrupted) throw new Error('interrupted')
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', stdout, 'inherit'] })
  children.add(child)
  child.once('close', () => children.delete(child))
  return child
}

/** @param {ChildProcess} child @returns {Promise<number>} */
function exitOf(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)))
  })
}

/** @param {string} what @param {string} command @param {string[]} args */
async function mustRun(what, command, args) {
  const code = await exitOf(start(command, args))
  if (code !== 0) throw new Error(`${what} ended with exit code ${code}`)
}

async function prepare() {
  const lock = changedAt(join(root, 'package-lock.json'))
  if (changedAt(join(root, 'node_modules', '.package-lock.json')) < lock) {
    heading('Installing packages (npm ci)')
    const npm = process.env.npm_execpath
    if (npm?.endsWith('.js')) await mustRun('npm ci', process.execPath, [npm, 'ci'])
    else await mustRun('npm ci', 'npm', ['ci'])
  }
  const sources = ['src', 'mocks', '.ci/build.mjs', 'package.json', 'package-lock.json']
  if (changedAt(main) < Math.max(...sources.map((path) => newest(join(root, path))))) {
    heading('Building dist/')
    await mustRun('the build', process.execPath, [join(root, '.ci', 'build.mjs')])
  }
}

/** Starts the lab and waits until all devices listen. @param {string} lab */
async function startLab(lab) {
  const child = start(process.execPath, [main, 'simulate', 'mocks/scenarios/lab.yml', '--out', lab], 'pipe')
  await new Promise((resolve, reject) => {
    let printed = ''
    child.stdout?.on('data', (bytes) => {
      printed += String(bytes)
      if (printed.includes('ready\n')) resolve(undefined)
    })
    child.once('error', reject)
    child.once('close', (code) => reject(new Error(`the simulated lab ended with exit code ${code}`)))
  })
}

/**
 * The configuration lines that each device received, without the passwords, which are masked there.
 * @param {string} lab @returns {string[]}
 */
function configLines(lab) {
  return readFileSync(join(lab, 'lines.ndjson'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .filter(({ mode }) => mode === 'config' || mode === 'sub')
    .map(({ device, line }) => `${device}: ${line.trim()}`)
}

/** @param {string[]} args */
async function ikero(args) {
  console.log(`${style(2, `$ ikero ${args.join(' ')}`)}\n`)
  return await exitOf(start(process.execPath, [main, ...args]))
}

/** Runs with --json and returns the document. @param {string[]} args @returns {Promise<any>} */
async function ikeroJson(args) {
  const child = start(process.execPath, [main, ...args, '--json'], 'pipe')
  let printed = ''
  child.stdout?.on('data', (bytes) => {
    printed += String(bytes)
  })
  await exitOf(child)
  return JSON.parse(printed)
}

/** @type {string[]} */
const faults = []

/** @param {boolean} right @param {string} what */
function check(right, what) {
  console.log(`${right ? style(32, 'as it should') : style(31, 'NOT as it should')}: ${what}`)
  if (!right) faults.push(what)
}

/** @param {any} document @param {string} status */
function everyDevice(document, status) {
  return (
    document.devices.length > 0 && document.devices.every((/** @type {any} */ one) => one.status === status)
  )
}

/** @param {string} dir */
async function demonstrate(dir) {
  const lab = join(dir, 'lab')
  heading('Starting simulated devices behind SSH')
  await startLab(lab)
  const reach = ['-i', join(lab, 'inventory.yml'), '--known-hosts', join(lab, 'known_hosts')]
  const hubs = ['playbooks/hubs.yml', ...reach]
  const recorded = ['--state-dir', join(dir, 'state')]

  heading('1. Make two hubs and an ASA answer only, and prove it')
  const first = await ikero(['apply', ...hubs, ...recorded, '--yes'])
  const sent = configLines(lab)
  check(first === 0, `apply ended with exit code ${first}: changed, read back and proven`)
  for (const wanted of ['hub1: responder-only', 'hub2: responder-only', /^asa-hq: .*answer-only$/]) {
    const line = sent.find((one) => (typeof wanted === 'string' ? one === wanted : wanted.test(one)))
    check(line !== undefined, `a device received ${line ?? wanted}`)
  }

  heading('2. Apply again: nothing is left to do')
  const second = await ikero(['apply', ...hubs, ...recorded, '--yes'])
  check(second === 0, `apply ended with exit code ${second}`)
  const found = await ikeroJson(['plan', ...hubs, ...recorded])
  check(everyDevice(found, 'compliant'), 'every device is compliant')
  check(configLines(lab).length === sent.length, 'no device received a configuration line')

  heading('3. Plan a router whose release does not know the command')
  const legacy = ['plan', 'playbooks/legacy.yml', ...reach, ...recorded]
  const third = await ikero(legacy)
  check(third === 1, `plan ended with exit code ${third}`)
  check(everyDevice(await ikeroJson(legacy), 'blocked'), 'the router is blocked')
  check(configLines(lab).length === sent.length, 'no device received a configuration line')

  heading('What is proven')
  for (const { host, targets } of found.devices)
    for (const { name, after, before, coverage } of targets)
      console.log(`${host} ${name}: ${after ?? before}; ${provenText(coverage)}`)
}

/** @param {{ proven: number, peers: number } | undefined} coverage */
function provenText(coverage) {
  if (coverage === undefined) return 'no proof on record'
  const { proven, peers } = coverage
  return `${proven} of ${peers} ${peers === 1 ? 'peer has' : 'peers have'} called since the change, and this device answered`
}

/** Ends what runs and waits until it has ended. */
async function stopChildren() {
  const ending = [...children].map((child) => exitOf(child))
  for (const child of children) child.kill('SIGTERM')
  await Promise.allSettled(ending)
}

async function run() {
  const dir = mkdtempSync(join(tmpdir(), 'ikero-demo-'))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      interrupted = true
      void stopChildren()
    })
  }
  try {
    await prepare()
    if (!interrupted) await demonstrate(dir)
  } catch (thrown) {
    if (!interrupted) faults.push(thrown instanceof Error ? thrown.message : String(thrown))
  } finally {
    await stopChildren()
    rmSync(dir, { recursive: true, force: true })
  }
  if (interrupted) return 130
  heading(faults.length === 0 ? 'All of it ended as it should' : 'The demo failed')
  for (const fault of faults) console.log(`  not as it should: ${fault}`)
  return faults.length === 0 ? 0 : 1
}

process.exitCode = await run()
