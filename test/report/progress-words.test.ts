import { describe, expect, it } from 'vitest'
import type { CommandName } from '../../src/model/outcome.ts'
import { createBoard } from '../../src/report/progress-board.ts'

describe('the words of the progress board', () => {
  it.each<[CommandName, string, string]>([
    ['apply', 'none to change yet', '1 of 2 peers proven'],
    ['rollback', 'none to take back yet', '1 of 2 peers up'],
    ['resume', 'none to finish yet', '1 of 2 peers proven'],
  ])('fit %s', (command, change, proof) => {
    const board = createBoard(['hub1'], () => 0)
    board.take({ kind: 'run-started', command, runId: 'r', playbook: 'p', hosts: ['hub1'] })
    board.take({ kind: 'coverage', host: 'hub1', text: '', proven: 1, peers: 2 })
    expect(board.title('change')).toContain(change)
    expect(board.title('proof')).toContain(proof)
  })
})
