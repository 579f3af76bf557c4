import { readFileSync } from 'node:fs'

/** The example at the top of a page; both belong together. */
export function exampleOf(name: 'playbook' | 'inventory'): string {
  return readFileSync(new URL(`./${name}.yml`, import.meta.url), 'utf8')
}
