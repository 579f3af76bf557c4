import { describe, expect, it } from 'vitest'
import { resolveStateDir, rightsProblem } from '../../src/runs/state-dir.ts'

const cwd = '/home/noc/work'
const none = (): boolean => false
const only =
  (...folders: readonly string[]) =>
  (path: string): boolean =>
    folders.includes(path)

describe('the state directory', () => {
  it.each([
    [
      'the flag, before all else',
      { flag: 'state', env: '/env', playbookPath: 'p/hubs.yml' },
      '/home/noc/work/state',
    ],
    ['the environment, without a flag', { env: '/env', playbookPath: 'p/hubs.yml' }, '/env'],
    [
      '.ikero beside the playbook, where there is none yet',
      { env: '', playbookPath: 'p/hubs.yml' },
      '/home/noc/work/p/.ikero',
    ],
    ['.ikero beside a playbook elsewhere', { playbookPath: '/srv/net/hubs.yml' }, '/srv/net/.ikero'],
  ])('is %s', (_, question, expected) => {
    expect(resolveStateDir({ cwd, exists: none, ...question })).toEqual({ kind: 'ok', value: expected })
  })

  it('is the nearest .ikero upwards from the playbook, not from the current directory', () => {
    const exists = only('/srv/net/.ikero', '/srv/.ikero', '/home/noc/work/.ikero')
    const answer = resolveStateDir({ cwd, exists, playbookPath: '/srv/net/playbooks/hubs.yml' })
    expect(answer).toEqual({ kind: 'ok', value: '/srv/net/.ikero' })
  })

  it('without a playbook is the nearest .ikero upwards from the current directory', () => {
    expect(resolveStateDir({ cwd, exists: only('/home/noc/.ikero') })).toEqual({
      kind: 'ok',
      value: '/home/noc/.ikero',
    })
  })

  it('without a playbook and without any .ikero is a mistake of use that says where it looked', () => {
    const answer = resolveStateDir({ cwd, exists: none })
    expect(answer).toMatchObject({ kind: 'err', error: { code: 'USAGE' } })
    expect(JSON.stringify(answer)).toContain('/home/noc/work')
  })

  it('names the one that stands beside a playbook below', () => {
    const exists = only('/home/noc/work/playbooks/.ikero')
    const answer = resolveStateDir({ cwd, exists, folders: () => ['inventory', 'playbooks'] })
    expect(answer).toMatchObject({
      kind: 'err',
      error: { code: 'USAGE', hint: 'there is one below: --state-dir playbooks/.ikero' },
    })
  })

  it('given as an empty flag is a mistake of use', () => {
    expect(resolveStateDir({ cwd, exists: none, flag: '' })).toMatchObject({
      kind: 'err',
      error: { code: 'USAGE' },
    })
  })
})

describe('the rights of a state directory', () => {
  it.each<[string, number | undefined, number, number, RegExp | undefined]>([
    ['the own folder', 1000, 1000, 0o40755, undefined],
    ['the own folder that a group may write', 1000, 1000, 0o40775, undefined],
    ['the own folder that everybody may write', 1000, 1000, 0o40777, /chmod o-w/],
    ['a folder of another user', 1000, 1001, 0o40700, /run ikero as that user/],
    ['a folder of root', 1000, 0, 0o40755, /run ikero as that user/],
    ['a folder of another user, for root', 0, 1001, 0o40700, /run ikero as that user/],
    ['a folder of root, for root', 0, 0, 0o40777, undefined],
    ['any folder, where there are no user numbers', undefined, 7, 0o40777, undefined],
  ])('%s', (_what, ownUid, uid, mode, hint) => {
    const problem = rightsProblem('/srv/state', { uid, mode }, ownUid)
    if (hint === undefined) expect(problem).toBeUndefined()
    else expect(problem).toMatchObject({ code: 'USAGE', hint: expect.stringMatching(hint) })
  })
})
