import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { root } from '../architecture/sources.ts'
import { faultsOfSvg, largest } from '../docs/pictures.ts'
import { chromium, describeWith, tmux } from './needs.ts'

const run = promisify(execFile)

describeWith(tmux, 'the pictures of the pages', () => {
  describeWith(chromium, 'with a browser', () => {
    // As long as an apply in the lab takes, with typing and the browser: some thirty seconds.
    it('are made by one program, which leaves nothing else behind', { timeout: 300_000 }, async () => {
      const dir = mkdtempSync(join(tmpdir(), 'ikero-pictures-'))
      try {
        const env = { ...process.env, TMPDIR: dir }
        const out = join(dir, 'out')
        await run(process.execPath, [join(root, '.ci', 'pictures.mjs'), '--out', out], { env })
        expect(readdirSync(out).sort()).toEqual(readdirSync(join(root, 'docs', 'pictures')).sort())
        for (const name of readdirSync(out))
          expect(statSync(join(out, name)).size, name).toBeLessThan(largest)
        const svgs = readdirSync(out).filter((name) => name.endsWith('.svg'))
        for (const name of svgs) expect(faultsOfSvg(readFileSync(join(out, name), 'utf8')), name).toEqual([])
        const film = readFileSync(join(out, 'apply.svg'), 'utf8')
        // What was typed and what came of it; several screens between.
        expect(film).toContain('$ ikero apply playbooks/hubs.yml</text>')
        for (const word of ['hub1', 'hub2', 'asa-hq', 'verified']) expect(film).toContain(word)
        expect(film.match(/@keyframes/g)?.length).toBeGreaterThan(40)
        expect(readdirSync(dir).filter((name) => name.startsWith('ikero-'))).toEqual([])
      } finally {
        rmSync(dir, { recursive: true, force: true })
      }
    })
  })
})
