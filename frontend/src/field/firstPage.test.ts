import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'

/** What a phone loads before its first page stands, compressed, in bytes. */
const BUDGET = 250_000

const site = join(process.cwd(), '../frontend-dist/site')

function imported(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  const source = readFileSync(join(site, 'assets', file), 'utf8')
  for (const [, next = ''] of source.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) imported(next, seen)
  return seen
}

it.each(['LoginPage', 'TodayPage', 'CheckPage'])('the first page of the phone, %s, loads at most 250 kB of JavaScript', (page) => {
  const html = readFileSync(join(site, 'field/index.html'), 'utf8')
  const first = /<script[^>]* src="\/assets\/(field-[^"]+\.js)"/.exec(html)?.[1] ?? ''
  const named = readFileSync(join(site, 'assets', first), 'utf8')
  const own = readdirSync(join(site, 'assets')).find((file) => file.startsWith(`${page}-`) && file.endsWith('.js') && named.includes(file))
  expect(own, 'the page is a file of its own').toBeTruthy()
  const files = imported(own ?? '', imported(first))
  const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(site, 'assets', file))).length, 0)
  expect(bytes).toBeLessThanOrEqual(BUDGET)
  expect(bytes).toBeGreaterThan(50_000)
})
