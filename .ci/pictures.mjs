// @ts-check
// Makes the pictures of docs/pictures anew from what the program in dist/ really does: a shell in tmux against the
// simulated lab, and reports in a browser. Nothing is drawn by hand; a command that ends otherwise than its picture
// says stops the program.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openLab, refuseTraces } from './pictures/lab.mjs'
import { printedBy, record } from './pictures/recording.mjs'
import { browser, hasBrowser, photograph } from './pictures/reports.mjs'
import { statusFile } from './pictures/status.mjs'
import { terminalSvg } from './pictures/svg.mjs'

/** @typedef {import('./pictures/lab.mjs').Lab} Lab */

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
/** As many cells as stand in the 880 pixels that a README is wide, in a size that can be read. */
const columns = 100
const rows = 36

function missing() {
  const wanted = [
    ...(spawnSync('tmux', ['-V']).status === 0 ? [] : [{ name: 'tmux', debian: 'tmux' }]),
    ...(hasBrowser() ? [] : [{ name: browser, debian: 'chromium' }]),
  ]
  const programs = wanted.map(
    ({ name, debian }) => `${name} is missing; install it with: apt-get install ${debian}`,
  )
  return existsSync(join(root, 'dist', 'main.js'))
    ? programs
    : [...programs, 'dist/ is missing; npm run build']
}

/** @param {Lab} lab @param {string} command @param {number} code */
function checkExit(lab, command, code) {
  const last = lab.lastExit()
  if (last !== code) throw new Error(`${command} ended with exit code ${last}, not ${code}`)
}

/**
 * A still picture of what a command prints.
 * @param {Lab} lab @param {string} command @param {number} code
 * @param {{ title: string, description: string }} texts
 */
async function still(lab, command, code, texts) {
  const shell = lab.shell(columns, rows)
  try {
    const recording = record(shell)
    await recording.prompt(-1)
    shell.type(command)
    const entered = recording.enter()
    const lines = printedBy(await recording.prompt(entered), entered, 44)
    checkExit(lab, command, code)
    return terminalSvg({
      ...texts,
      columns,
      rows: lines.length,
      film: [{ screen: { lines, top: 0 }, forMs: 1 }],
    })
  } finally {
    shell.close()
  }
}

/** The whole of an apply: the question, the answer, rows that move, the result. @param {Lab} lab */
async function film(lab) {
  const command = 'ikero apply playbooks/hubs.yml'
  const shell = lab.shell(columns, rows)
  try {
    const recording = record(shell)
    await recording.prompt(-1)
    recording.hold(900)
    await recording.type(command)
    recording.hold(500)
    recording.enter()
    await recording.question()
    recording.hold(5_000)
    await recording.type('yes')
    recording.hold(600)
    const answered = recording.enter()
    await recording.prompt(answered)
    recording.hold(3_500)
    checkExit(lab, command, 0)
    // The result is longer than the window: what matters most stands where it begins.
    recording.scrollBack(answered, 4)
    recording.hold(7_000)
    return terminalSvg({
      title: 'ikero apply on three simulated gateways',
      description:
        'A recorded terminal. ikero shows the lines that it would send and asks; the answer is yes. One device goes ' +
        'first, the others follow, and each is verified when fresh SAs show it as the responder.',
      columns,
      rows,
      film: recording.film(),
    })
  } finally {
    shell.close()
  }
}

/** @param {Lab} lab @param {string} out */
async function makeAll(lab, out) {
  /** @param {string} name @param {string} svg */
  const write = (name, svg) => {
    refuseTraces(name, svg, [root, lab.dir])
    writeFileSync(join(out, name), svg)
  }
  write(
    'plan.svg',
    await still(lab, 'ikero plan playbooks/hubs.yml', 2, {
      title: 'ikero plan on three simulated gateways',
      description:
        'A terminal: a table of three devices with changes pending, and the lines that would be sent.',
    }),
  )
  const plan = lab.report(lab.newestRun())
  write(
    'refused.svg',
    await still(lab, 'ikero plan playbooks/legacy.yml', 1, {
      title: 'ikero plan refuses a router whose release lacks the setting',
      description:
        'A terminal: the router is blocked; the finding says why, quotes the device, and what to do next.',
    }),
  )
  write('apply.svg', await film(lab))
  const apply = lab.report(lab.newestRun())
  const status = await statusFile(root, lab.dir)
  await photograph({ plan, apply, status }, out, [root, lab.dir])
}

async function main() {
  const { values } = parseArgs({ options: { out: { type: 'string' } } })
  const out = resolve(values.out ?? join(root, 'docs', 'pictures'))
  const lacking = missing()
  if (lacking.length > 0) throw new Error(lacking.join('\n'))
  mkdirSync(out, { recursive: true })
  const lab = await openLab(root)
  for (const [signal, code] of /** @type {const} */ ([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ]))
    process.once(signal, () => {
      lab.abandon()
      process.exit(code)
    })
  try {
    await makeAll(lab, out)
  } finally {
    await lab.close()
  }
  console.log(`the pictures are in ${relative(process.cwd(), out) || '.'}`)
}

try {
  await main()
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : String(thrown))
  process.exitCode = 1
}
