import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { explain } from '../../src/model/explain.ts'
import { root, sourcesBelow } from '../architecture/sources.ts'

/** Where a code is asserted in a test, and where a scenario plays it, or why none does. */
interface Row {
  readonly test: string
  readonly scenario: { readonly file: string } | { readonly none: string }
}

const twenty = (test: string, row: string): Row => ({
  test,
  scenario: { file: `mocks/scenarios/twenty/${row}.yml` },
})
const codes = (file: string): Row => ({
  test: 'test/workflow/codes.test.ts',
  scenario: { file: `mocks/scenarios/codes/${file}.yml` },
})
const access = (file: string): Row => ({
  test: 'test/workflow/access.test.ts',
  scenario: { file: `mocks/scenarios/access/${file}.yml` },
})
const rows = 'test/workflow/twenty-rows.ts'
const without = (test: string, none: string): Row => ({ test, scenario: { none } })

const betweenCommands = 'it takes a change between two commands, and a scenario plays one'
const betweenRuns = 'it takes two runs, and a scenario plays one'
const otherBox = 'only IOS, IOS-XE, ASA and PIX are simulated'

/** Every finding code of the contract that is reported now. */
const covered: Readonly<Record<string, Row>> = {
  PLATFORM_UNSUPPORTED: without('test/platform/ios/gate.test.ts', otherBox),
  PLATFORM_MISMATCH: without(
    'test/platform/asa/release.test.ts',
    'the inventory of a simulation never names another platform than the device has',
  ),
  HOSTNAME_MISMATCH: codes('routers'),
  RELEASE_TOO_OLD: twenty(rows, '10-release-too-old'),
  RELEASE_UNKNOWN: codes('routers'),
  EMULATED_ONLY: codes('firewalls'),
  PRIVILEGE_INSUFFICIENT: codes('routers'),
  UNSAVED_CHANGES: twenty(rows, '17-not-saved'),
  NOT_SAVED: twenty(rows, '17-not-saved'),
  PROFILE_MISSING: twenty(rows, '06-profile-typo'),
  PROFILE_UNUSED: codes('routers'),
  PROFILE_SHARED: twenty(rows, '05-shared-profile'),
  CRYPTO_MAP_UNSUPPORTED: twenty(rows, '09-ios-crypto-map'),
  STILL_INITIATES: twenty(rows, '09-ios-crypto-map'),
  TUNNEL_INITIATES: codes('routers'),
  DMVPN_SPOKE: twenty(rows, '04-dmvpn-spoke'),
  ENTRY_MISSING: twenty(rows, '07-entry-missing'),
  ENTRY_INCOMPLETE: twenty(rows, '07-entry-missing'),
  ENTRY_DYNAMIC: twenty(rows, '08-dynamic-and-unbound'),
  ENTRY_ORIGINATE_ONLY: codes('firewalls'),
  MAP_UNBOUND: twenty(rows, '08-dynamic-and-unbound'),
  PEER_TYPE_UNSUPPORTED: twenty(rows, '11-peer-type'),
  PEER_TYPE_UNKNOWN: twenty(rows, '11-peer-type'),
  PEER_VERSION_TOO_OLD: twenty(rows, '11-peer-type'),
  MULTI_PEER: twenty(rows, '20-one-of-a-pair'),
  BOTH_ENDS_RESPONDER: twenty(rows, '01-both-ends'),
  SOLE_INITIATOR: twenty(rows, '02-only-we-start'),
  LIFETIME_SHORTER: twenty(rows, '12-lifetime-shorter'),
  DUPLICATE_SAS: codes('routers'),
  FAILOVER_STANDBY: twenty(rows, '15-standby'),
  FAILOVER_UNSYNCED: codes('firewalls'),
  HA_PARTNER_MISSING: twenty(rows, '20-one-of-a-pair'),
  CONTEXT_MISSING: twenty(rows, '16-wrong-context'),
  VPN_IN_CONTEXT_UNSUPPORTED: codes('firewalls'),
  MANAGEMENT_THROUGH_TUNNEL: codes('routers'),
  PLAN_STALE: access('edited'),
  REVERT_TIMER_UNAVAILABLE: access('timer-refused'),
  REVERT_TIMER_PENDING: access('timer-refused'),
  REVERT_TIMER_TOO_SHORT: access('timer-refused'),
  IDENTITY_CHANGED: without('test/workflow/saved-plans.test.ts', betweenCommands),
  ACCEPT_UNUSED: codes('routers'),
  PROOF_UNLIKELY: twenty(rows, '03-no-traffic'),
  PROOF_OVERDUE: codes('proof'),
  PEER_LOST: twenty(rows, '14-cleared'),
  ROLE_CONTRADICTED: without(
    'test/proof/role.test.ts',
    'a simulated device keeps to its setting: none contradicts it',
  ),
  ROLE_REKEYED_HERE: codes('proof'),
  ROLE_AMBIGUOUS: codes('proof'),
  LAST_CHANGE: without('test/workflow/drift.test.ts', betweenRuns),
  REMEDIATION_HELD: without('test/workflow/remediation/remediate.test.ts', betweenRuns),
  DRIFT_FOUGHT: without('test/workflow/remediation/remediate.test.ts', betweenRuns),
  NEWER_CHANGE: without('test/workflow/roll-back-run.test.ts', betweenRuns),
  RECORD_REFUSED: without(
    'test/workflow/roll-back-run.test.ts',
    'it takes a record that ikero did not write',
  ),
  PEER_DOWN: without('test/workflow/roll-back-run.test.ts', betweenRuns),
  SA_DROPPED: without(
    'test/workflow/rollout.test.ts',
    'no simulated device drops SAs when it is set: that test has somebody clear them',
  ),
  NOT_RENEGOTIATED: without(
    'test/workflow/renegotiate.test.ts',
    'that test plays it with scenarios of its own',
  ),
}

/** Finding codes of the contract that come with change safety. */
const withChangeSafety: readonly string[] = ['CONFIG_LOCKED']

const told = sourcesBelow('src')
  .filter((path) => !/model\/(?:codes|explanations|explain)|playbook\/acceptable/.test(path))
  .map((path) => readFileSync(join(root, path), 'utf8'))
  .join('\n')

function isReported(code: string): boolean {
  return told.includes(`'${code}'`)
}

/** The finding codes that the type knows, in the order of its file. */
function typed(): readonly string[] {
  const text = readFileSync(join(root, 'src', 'model', 'codes.ts'), 'utf8')
  const [union = ''] = text.split('/** Why there is no session')
  return [...union.matchAll(/\| '([A-Z_]+)'/g)].map(([, code = '']) => code)
}

describe('the finding codes of the contract', () => {
  it('are those that this table covers and those that come with change safety', () => {
    const listed = [...Object.keys(covered), ...withChangeSafety]
    expect([...typed()].sort()).toEqual(listed.sort())
  })

  it.each(Object.entries(covered))(
    '%s is explained, reported, tested and played',
    (code, { test, scenario }) => {
      expect(explain(code)).toMatchObject({ since: 'now' })
      expect(isReported(code)).toBe(true)
      expect(readFileSync(join(root, test), 'utf8')).toMatch(new RegExp(`\\b${code}'`))
      if ('none' in scenario) expect(scenario.none).not.toBe('')
      else {
        expect(existsSync(join(root, scenario.file))).toBe(true)
        expect(readFileSync(join(root, scenario.file), 'utf8')).toContain(code)
      }
    },
  )

  it.each(withChangeSafety)('%s comes with change safety, and is explained all the same', (code) => {
    expect(explain(code)).toBeDefined()
  })
})
