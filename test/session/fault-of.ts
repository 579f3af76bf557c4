import { SessionFault } from '../../src/model/shell.ts'

/** The fault that ends some work; work that ends well, or in anything else, fails the test. */
export async function faultOf(work: Promise<unknown>): Promise<SessionFault> {
  try {
    await work
  } catch (thrown) {
    if (thrown instanceof SessionFault) return thrown
    throw thrown
  }
  throw new Error('no fault')
}
