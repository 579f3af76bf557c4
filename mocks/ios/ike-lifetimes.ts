import { type ConfigNode, type ConfigTree, wordsAfter } from '../config-tree.ts'
import type { IkeEndpoint } from '../ike-types.ts'

function seconds(node: ConfigNode | undefined): number | undefined {
  const text = node === undefined ? undefined : wordsAfter(node.children, 'lifetime')
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text)
}

/** IKE lifetimes as configured: of the first ISAKMP policy, and of the IKEv2 profile in use. */
export function ikeSecondsOf(
  tree: ConfigTree,
  ikev2Profile: string | undefined,
): Pick<IkeEndpoint, 'ikeSeconds'> {
  const first = seconds(tree.find((node) => node.line.startsWith('crypto isakmp policy ')))
  const second = seconds(tree.find((node) => node.line === `crypto ikev2 profile ${ikev2Profile}`))
  if (first === undefined && second === undefined) return {}
  return {
    ikeSeconds: {
      ...(first === undefined ? {} : { 1: first }),
      ...(second === undefined ? {} : { 2: second }),
    },
  }
}
