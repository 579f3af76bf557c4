import fc from 'fast-check'

/**
 * Property tests draw the same cases in every run, so that a green commit stays green. IKERO_SEED=N draws
 * others, IKERO_RUNS=N that many: for looking further than every run can (see CONTRIBUTING.md).
 */
const { IKERO_SEED: seed = '20261129', IKERO_RUNS: runs = '100' } = process.env
fc.configureGlobal({ seed: Number(seed), numRuns: Number(runs) })
