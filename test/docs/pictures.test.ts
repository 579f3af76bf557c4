import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../architecture/sources.ts'
import { faultsOfSvg, largest, shownPictures } from './pictures.ts'

const shown = shownPictures()
const made = readdirSync(join(root, 'docs', 'pictures')).map((name) => `docs/pictures/${name}`)
const svgs = made.filter((path) => path.endsWith('.svg'))

describe('the pictures of the pages', () => {
  it('are all there, and all that are there are shown', () => {
    expect(shown.filter(({ path }) => !existsSync(join(root, path)))).toEqual([])
    expect([...new Set(shown.map(({ path }) => path))].sort()).toEqual(made.sort())
  })

  it('are told in words to who does not see them', () => {
    expect(shown.filter(({ alt }) => alt !== undefined && alt.length < 40)).toEqual([])
  })

  it('are small enough to be opened with the page', () => {
    expect(made.filter((path) => statSync(join(root, path)).size > largest)).toEqual([])
  })

  it.each(svgs)('%s is an SVG that needs nothing else, does nothing and says what it shows', (path) => {
    expect(faultsOfSvg(readFileSync(join(root, path), 'utf8'))).toEqual([])
  })

  it.each(svgs)('%s names no folder of the computer that made it', (path) => {
    expect(readFileSync(join(root, path), 'utf8')).not.toMatch(/\/(?:tmp|home|root|Users|var)\b/)
  })

  it('stay out of the package', () => {
    const { files }: { files: string[] } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(files.filter((one) => one.startsWith('docs'))).toEqual([])
  })
})

describe('the judge of an SVG', () => {
  const around = (inside: string, rest = ''): string =>
    `<svg xmlns="http://www.w3.org/2000/svg"${rest}><title>t</title><desc>d</desc>${inside}</svg>`

  it.each([
    ['a good one', around('<text>a</text>'), 0],
    ['one that is not well-formed', around('<g>'), 1],
    ['a script', around('<script/>'), 1],
    ['HTML in it', around('<foreignObject/>'), 1],
    ['a picture from elsewhere', around('<image href="https://a.example/b.png"/>'), 3],
    ['a handler', around('', ' onload="x()"'), 1],
    ['a style that loads a font', around('<style>@import "https://a.example/f.css"</style>'), 1],
    ['one without words', '<svg xmlns="http://www.w3.org/2000/svg"><text>a</text></svg>', 2],
  ])('finds what is wrong with %s', (_, text, faults) => {
    expect(faultsOfSvg(text)).toHaveLength(faults)
  })
})
