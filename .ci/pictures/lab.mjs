// @ts-check
// A folder of somebody who works with ikero, and the simulated lab that answers there. No path, user or machine of
// this computer is in what is printed: the environment is made here, and the folder is the working one.
import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { openShell, prompt } from './shell.mjs'

/** The exit code goes where the recorder finds it and the picture does not. */
const program = `#!/bin/sh
"$NODE" "$IKERO" "$@"
code=$?
echo $code >"$HOME/exit"
exit $code
`

/** The ports that the simulator took, in the inventory that the playbooks name. @param {string} work */
function writePorts(work) {
  const { hosts } = parse(readFileSync(join(work, 'lab', 'inventory.yml'), 'utf8'))
  const path = join(work, 'inventory', 'lab.yml')
  let text = readFileSync(path, 'utf8')
  for (const [name, { port }] of Object.entries(hosts)) {
    const written = new RegExp(`(\\n  ${name}:\\n(?:    .*\\n)*?    port: )\\d+`)
    if (!written.test(text)) throw new Error(`inventory/lab.yml has no port of ${name}`)
    text = text.replace(written, `$1${port}`)
  }
  writeFileSync(path, text)
}

/**
 * Starts the lab and waits until all devices listen.
 * @param {string} main @param {string} cwd @param {NodeJS.ProcessEnv} env
 */
async function startLab(main, cwd, env) {
  const child = spawn(process.execPath, [main, 'simulate', 'lab', '--out', 'lab'], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = new Promise((resolve) => child.once('close', resolve))
  await new Promise((resolve, reject) => {
    let printed = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes) => {
        printed += String(bytes)
        if (printed.endsWith('ready\n')) resolve(undefined)
      })
    child.once('error', reject)
    child.once('close', (code) => reject(new Error(`the lab ended with exit code ${code}:\n${printed}`)))
  })
  return { child, closed }
}

/** @param {string} root the project's folder, built */
export async function openLab(root) {
  const dir = mkdtempSync(join(tmpdir(), 'ikero-pic-'))
  const [work, home, bin] = [join(dir, 'vpn'), join(dir, 'home'), join(dir, 'bin')]
  for (const path of [join(work, '.ikero'), join(home, '.ssh'), bin]) mkdirSync(path, { recursive: true })
  for (const name of ['playbooks', 'inventory'])
    cpSync(join(root, name), join(work, name), { recursive: true })
  writeFileSync(join(bin, 'ikero'), program)
  chmodSync(join(bin, 'ikero'), 0o755)
  const main = join(root, 'dist', 'main.js')
  const env = {
    ...{ HOME: home, USER: 'noc', LOGNAME: 'noc', LANG: 'C.UTF-8', TERM: 'tmux-256color', PS1: prompt },
    ...{ PATH: `${bin}:${process.env.PATH}`, NODE: process.execPath, IKERO: main },
  }
  const lab = await startLab(main, work, env)
  writePorts(work)
  cpSync(join(work, 'lab', 'known_hosts'), join(home, '.ssh', 'known_hosts'))
  const runs = () => readdirSync(join(work, '.ikero', 'runs')).sort()
  /** @type {import('./shell.mjs').Shell | undefined} */
  let shell

  return {
    dir,
    /**
     * One at a time.
     * @param {number} columns @param {number} rows
     */
    shell(columns, rows) {
      shell = openShell({ dir, cwd: work, env, columns, rows })
      return shell
    },
    /** The exit code of the command that ended last. */
    lastExit: () => Number(readFileSync(join(home, 'exit'), 'utf8')),
    /** The id of the newest run. */
    newestRun: () => runs().at(-1) ?? '',
    /** Draws the HTML report of a run and returns the file's path. @param {string} run */
    report(run) {
      const path = join(work, `${run}.html`)
      execFileSync(process.execPath, [main, 'report', run, '--html', path], { cwd: work, env, stdio: 'pipe' })
      // A report names the machine that its run was on; this one is nobody's business.
      writeFileSync(path, readFileSync(path, 'utf8').replace(ownName('g'), 'jump1'))
      return path
    },
    /** Ends everything without waiting. */
    abandon() {
      shell?.close()
      lab.child.kill('SIGTERM')
      rmSync(dir, { recursive: true, force: true })
    },
    async close() {
      lab.child.kill('SIGTERM')
      await lab.closed
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** @typedef {Awaited<ReturnType<typeof openLab>>} Lab */

/** The name of this computer as a word of its own. @param {string} flags */
function ownName(flags) {
  return new RegExp(`(?<![\\w.-])${hostname().replace(/[^\w-]/g, '\\$&')}(?![\\w-])`, flags)
}

/**
 * Throws where a text that readers will see names this computer.
 * @param {string} what @param {string} text @param {readonly string[]} paths
 */
export function refuseTraces(what, text, paths) {
  const found = [...paths.filter((path) => text.includes(path)), ...(ownName('').exec(text) ?? [])]
  if (found.length > 0) throw new Error(`${what} names this computer: ${found.join(', ')}`)
}
