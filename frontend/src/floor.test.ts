import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

/** What came after Chromium 90, as it is written, and the file of core-js that brings it; '' where floor.ts does itself. */
const LATER: [RegExp, string | undefined][] = [
  [/\.at\(/, 'array/at'], [/\.findLast\(/, 'array/find-last'], [/\.findLastIndex\(/, 'array/find-last-index'], [/\.toReversed\(/, 'array/to-reversed'],
  [/\.toSorted\(/, 'array/to-sorted'], [/\.toSpliced\(/, 'array/to-spliced'], [/\bObject\.hasOwn\(/, 'object/has-own'], [/\bstructuredClone\(/, 'structured-clone'],
  [/\bAbortSignal\.timeout\(/, ''],
  [/\bAbortSignal\.any\(/, undefined], [/\bObject\.groupBy\(/, undefined], [/\bMap\.groupBy\(/, undefined], [/\bArray\.fromAsync\(/, undefined], [/\bPromise\.(?:withResolvers|try)\(/, undefined],
  [/\bIntl\.Segmenter\b/, undefined], [/\.showPicker\(/, undefined], [/\.(?:intersection|union|difference|isSubsetOf)\(new Set/, undefined], [/\bURL\.(?:canParse|parse)\(/, undefined],
  [/\bnew CompressionStream\(.deflate-raw/, undefined], [/\bcrypto\.randomUUID\(/, undefined],
]

/** Of style sheets, too: no kernel of the floor reads them. */
const STYLES = [/:has\(/, /@container\b/, /@layer\b/, /\bcolor-mix\(/, /\b\d+[dsl]v[hw]\b/, /text-wrap:/, /^\s*&[ .:]/m, /\baccent-color:/, /scrollbar-gutter:/, /overflow: clip/]

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sources(path)
    return /\.(vue|ts|css)$/.test(entry.name) && !/\.test\.ts$|schema\.d\.ts$|floor\.ts$/.test(entry.name) ? [path] : []
  })
}

it('the sources use nothing that Chromium 90 lacks and floor.ts does not bring', () => {
  const floor = readFileSync(join(process.cwd(), 'src/floor.ts'), 'utf8')
  const lacking: string[] = []
  for (const file of sources(join(process.cwd(), 'src'))) {
    const source = readFileSync(file, 'utf8')
    for (const [use, brought] of LATER) {
      if (use.test(source) && (brought === undefined || (brought && !floor.includes(`core-js/actual/${brought}'`)))) lacking.push(`${file}: ${use.source}`)
    }
    const style = file.endsWith('.css') ? source : [...source.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g)].map((found) => found[1]).join('\n')
    for (const use of STYLES) if (use.test(style)) lacking.push(`${file}: ${use.source}`)
  }
  expect(lacking).toEqual([])
})
