import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  type ReportFile,
  reportFileProblems,
  reportFileWarnings,
  writeReportFile,
} from '../../src/wire/report-files.ts'
import { tempFolder } from '../runs/build.ts'

const html = (file: string): ReportFile => ({ kind: 'html', file })
const told = (files: readonly ReportFile[], cwd: string): string =>
  reportFileProblems(files, cwd)
    .map(({ message }) => message)
    .join('\n')

describe('where reports are written to', () => {
  it('takes a new file and an older one, and leaves nothing behind by trying', () => {
    const dir = tempFolder()
    writeFileSync(join(dir, 'old.html'), 'old')
    expect(told([html('new.html'), { kind: 'junit', file: 'old.html' }], dir)).toBe('')
    expect(readdirSync(dir)).toEqual(['old.html'])
    expect(readFileSync(join(dir, 'old.html'), 'utf8')).toBe('old')
  })

  it.each([
    ['a folder that is missing', 'none/new.html', /ENOENT/],
    ['a folder', 'folder', /it is a folder/],
    ['a symbolic link', 'link.html', /symbolic link/],
    ['a symbolic link to nothing', 'dangling.html', /symbolic link/],
    ['no file', '', /names no file/],
    ['the name of a folder', 'folder/', /names no file/],
  ])('refuses %s', (_, file, why) => {
    const dir = tempFolder()
    mkdirSync(join(dir, 'folder'))
    writeFileSync(join(dir, 'real.html'), 'real')
    symlinkSync('real.html', join(dir, 'link.html'))
    symlinkSync('nothing.html', join(dir, 'dangling.html'))
    expect(told([html(file)], dir)).toMatch(why)
    expect(told([html(file)], dir)).toContain('--html')
  })

  it('refuses one place for two reports', () => {
    const dir = tempFolder()
    const two: readonly ReportFile[] = [html('a.html'), { kind: 'markdown', file: './a.html' }]
    expect(told(two, dir)).toMatch(/--markdown "\.\/a\.html" cannot be written: another report/)
  })

  it('puts a whole new file in the place of an older one', () => {
    const dir = tempFolder()
    writeFileSync(join(dir, 'a.html'), 'a much longer report than the new one')
    expect(writeReportFile(html('a.html'), 'new', dir)).toBeUndefined()
    expect(readFileSync(join(dir, 'a.html'), 'utf8')).toBe('new')
    expect(readdirSync(dir)).toEqual(['a.html'])
  })

  it('lets everybody read metrics, whatever the umask says, and takes no name that a collector reads on the way', () => {
    const dir = tempFolder()
    const before = process.umask(0o077)
    try {
      expect(writeReportFile({ kind: 'metrics', file: 'a.prom' }, 'new', dir)).toBeUndefined()
      expect(writeReportFile(html('a.html'), 'new', dir)).toBeUndefined()
    } finally {
      process.umask(before)
    }
    const rights = (name: string): number => statSync(join(dir, name)).mode & 0o777
    expect([rights('a.prom'), rights('a.html')]).toEqual([0o644, 0o600])
    mkdirSync(join(dir, 'taken.prom'))
    expect(writeReportFile({ kind: 'metrics', file: 'taken.prom' }, 'new', dir)?.message).toMatch(/a folder/)
    expect(readdirSync(dir).sort()).toEqual(['a.html', 'a.prom', 'taken.prom'])
  })

  it('warns of metrics under a name that no collector reads', () => {
    const files: readonly ReportFile[] = [
      { kind: 'metrics', file: 'ikero.prom' },
      { kind: 'metrics', file: 'ikero.txt' },
      html('a.html'),
    ]
    expect(reportFileWarnings(files)).toMatchObject([
      { severity: 'warning', message: '--metrics "ikero.txt" does not end in .prom' },
    ])
  })

  it('writes nothing through a link that came since', () => {
    const dir = tempFolder()
    writeFileSync(join(dir, 'real.html'), 'real')
    symlinkSync('real.html', join(dir, 'a.html'))
    expect(writeReportFile(html('a.html'), 'new', dir)?.message).toMatch(/symbolic link/)
    expect(readFileSync(join(dir, 'real.html'), 'utf8')).toBe('real')
  })

  it('says so where the folder is gone since, and leaves nothing behind', () => {
    const dir = tempFolder()
    expect(writeReportFile(html('gone/a.html'), 'new', dir)?.message).toMatch(/ENOENT/)
    expect(existsSync(join(dir, 'gone'))).toBe(false)
  })

  it('refuses a folder that may not be written', () => {
    // The rights of a folder say nothing to root.
    const dir = process.getuid?.() === 0 ? '/proc' : tempFolder()
    if (dir !== '/proc') chmodSync(dir, 0o500)
    expect(told([html('a.html')], dir)).toMatch(/EACCES|ENOENT|EROFS/)
  })
})
