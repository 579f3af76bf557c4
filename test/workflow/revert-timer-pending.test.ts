import { describe, expect, it } from 'vitest'
import { hub } from './scenarios.ts'
import { applyIn, only, takeBackIn } from './take-back.ts'
import { configLines, createWorld, device, profile, type World } from './world.ts'

const archive = `      archive
       path flash:before-
`
const archived = hub({ renew: '6s' }).replace(
  '      crypto isakmp policy 10\n',
  `${archive}      crypto isakmp policy 10\n`,
)
const vpn = device('hub1', [profile('VPN')])
const timer = ['enable', 'lab', 'configure terminal revert timer 30', 'end']
const pending = {
  code: 'REVERT_TIMER_PENDING',
  severity: 'block',
  evidence: expect.stringContaining('30 min'),
}

/** As {@link configLines}, since so many of them. */
const since = (world: World, before: readonly string[]): readonly string[] =>
  configLines(world, 'hub1').slice(before.length)

describe('a revert timer of somebody else’s that is pending', () => {
  it('refuses an apply that sets none itself: it would take the change back unseen', async () => {
    const world = createWorld(archived)
    world.meddle('hub1', timer)
    const outcome = only(await applyIn(world, [vpn]))
    expect(outcome).toMatchObject({ status: 'blocked', targets: [{ status: 'blocked', sent: false }] })
    expect(outcome.findings).toContainEqual(expect.objectContaining(pending))
    expect(configLines(world, 'hub1')).toEqual([])
    expect(world.journal.some(({ kind }) => kind === 'push-intent')).toBe(false)
  })

  it('keeps a setting that is not saved yet out of startup: it may be gone in a moment', async () => {
    const world = createWorld(archived)
    world.meddle('hub1', [...timer.slice(0, 3), 'crypto ipsec profile VPN', 'responder-only', 'end'])
    const before = configLines(world, 'hub1')
    const outcome = only(await applyIn(world, [vpn]))
    expect(outcome).toMatchObject({ saved: 'no', targets: [{ after: 'responder-only', sent: false }] })
    const said = outcome.findings.find(({ code }) => code === 'NOT_SAVED')
    expect(said?.evidence).toContain('a revert timer of 30 min is pending')
    expect(since(world, before)).toEqual([])
  })

  it('refuses a rollback before anybody is asked', async () => {
    const world = createWorld(archived)
    expect(only(await applyIn(world, [vpn])).status).toBe('verified')
    const before = configLines(world, 'hub1')
    world.meddle('hub1', timer)
    const { devices, question } = await takeBackIn(world, [vpn])
    expect(only(devices)).toMatchObject({
      status: 'blocked',
      targets: [{ status: 'blocked', sent: false, after: 'responder-only' }],
    })
    expect(only(devices).findings).toContainEqual(expect.objectContaining(pending))
    expect(question?.plans ?? []).toEqual([])
    expect(since(world, before)).toEqual([])
  })

  it('refuses a rollback while which it was set', async () => {
    const world = createWorld(archived)
    expect(only(await applyIn(world, [vpn])).status).toBe('verified')
    const before = configLines(world, 'hub1')
    const { devices } = await takeBackIn(world, [vpn], { meanwhile: () => world.meddle('hub1', timer) })
    expect(only(devices)).toMatchObject({ status: 'blocked', targets: [{ sent: false }] })
    expect(only(devices).findings).toContainEqual(expect.objectContaining(pending))
    expect(since(world, before)).toEqual([])
  })

  it('is over once it has run out: the rollback goes on', async () => {
    const world = createWorld(archived)
    expect(only(await applyIn(world, [vpn])).status).toBe('verified')
    world.meddle('hub1', timer)
    await world.clock.advance(31 * 60_000)
    const { devices } = await takeBackIn(world, [vpn])
    expect(only(devices).status).toBe('rolled-back')
  })
})
