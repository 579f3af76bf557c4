import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Lab, startLab, writingLines } from '../e2e/lab.ts'
import { inShell } from '../e2e/shell.ts'
import { describeWith, jq } from './needs.ts'

describeWith(jq, 'a pipe into jq', () => {
  let lab: Lab
  beforeEach(async () => {
    lab = await startLab('mocks/scenarios/lab.yml')
  })
  afterEach(() => lab.stop())

  const apply = (format: string): readonly string[] => [
    ...['apply', 'playbooks/hubs.yml', ...lab.flags, '--limit', 'hub1', '--yes', format],
  ]

  it('gets the document of an apply, while its progress is seen on stderr', async () => {
    const seen = join(lab.dir, 'seen')
    const { codes, out } = await inShell(`"$@" 2> '${seen}' | jq .`, apply('--json'))
    expect(codes).toBe('0 0')
    expect(JSON.parse(out)).toMatchObject({ command: 'apply', exitCode: 0, totals: { verified: 1 } })
    const progress = readFileSync(seen, 'utf8')
    for (const line of ['hub1: connecting', 'hub1: sent: responder-only', 'hub1: saved', 'finished, exit 0'])
      expect(progress.split('\n')).toContain(line)
  })

  it('gets each event as it happens', async () => {
    const filter = `select(.event == "line-sent") | "\\(.host) \\(.line)"`
    const { codes, out } = await inShell(`"$@" 2> /dev/null | jq -r '${filter}'`, apply('--events'))
    expect(codes).toBe('0 0')
    expect(out.trimEnd().split('\n')).toEqual(
      writingLines(lab, 'hub1')
        .filter((line) => line !== 'end')
        .map((line) => `hub1 ${line}`),
    )
  })
})
