import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

type Tree = { [key: string]: string | Tree }

const root = join(process.cwd(), 'src')

function texts(language: string): Record<string, string> {
  const flat: Record<string, string> = {}
  const walk = (tree: Tree, path: string): void => {
    for (const [key, value] of Object.entries(tree)) {
      if (typeof value === 'string') flat[`${path}.${key}`] = value
      else walk(value, `${path}.${key}`)
    }
  }
  const folder = join(root, 'i18n', language)
  for (const file of readdirSync(folder)) walk(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Tree, file.replace('.json', ''))
  return flat
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sources(path)
    return /\.(vue|ts)$/.test(entry.name) && !/\.test\.ts$|schema\.d\.ts$/.test(entry.name) ? [path] : []
  })
}

const chinese = texts('zh-CN')
const english = texts('en')

describe('texts', () => {
  it('exist in both languages', () => {
    expect(Object.keys(english).sort()).toEqual(Object.keys(chinese).sort())
    expect(Object.keys(chinese).length).toBeGreaterThan(100)
  })

  it('have the same parameters in both languages', () => {
    const parameters = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort()
    for (const [key, text] of Object.entries(chinese)) expect(parameters(english[key] ?? ''), key).toEqual(parameters(text))
  })

  it('are never empty and never hold markup', () => {
    for (const [key, text] of [...Object.entries(chinese), ...Object.entries(english)]) {
      expect(text.trim(), key).not.toBe('')
      expect(text, key).not.toMatch(/<\/?[a-z]/i)
    }
  })

  it('exist for every key the sources name', () => {
    const missing: string[] = []
    const groups = new Set(Object.keys(chinese).map((key) => key.split('.')[0]))
    for (const file of sources(root)) {
      const source = readFileSync(file, 'utf8')
      for (const [, key = ''] of source.matchAll(/(?:\$t|\bt|\bsay|title:|parent:)\(?\s*'([\w-]+(?:\.[\w-]+)+)'/g)) {
        if (groups.has(key.split('.')[0]) && !(key in chinese) && !Object.keys(chinese).some((text) => text.startsWith(`${key}.`))) missing.push(`${file}: ${key}`)
      }
    }
    expect(missing).toEqual([])
  })

  it('of the phone are those its sources name', () => {
    const nouns = new Set(readdirSync(join(root, 'i18n/zh-CN')).map((file) => file.replace('.json', '')))
    const named = new Map<string, string>()
    for (const file of reached(join(root, 'field/main.ts'))) {
      for (const [, noun = ''] of readFileSync(file, 'utf8').matchAll(/['"`]([a-zA-Z]+)\./g)) if (nouns.has(noun)) named.set(noun, file)
    }
    const taken = [...readFileSync(join(root, 'i18n/field.ts'), 'utf8').matchAll(/zh-CN\/\{([\w,]+)\}/g)].flatMap((found) => found[1]?.split(',') ?? [])
    expect([...named.keys()].sort()).toEqual(taken.sort())
  })
})

/** The files that a file imports, at once or later, and those that they do. */
function reached(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file) || file.endsWith('schema.d.ts')) return seen
  seen.add(file)
  for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)) {
    const path = from.startsWith('@/') ? join(root, from.slice(2)) : from.startsWith('.') ? join(file, '..', from) : ''
    const found = path && ['', '.ts', '.vue', '/index.ts'].map((end) => path + end).find((one) => statSync(one, { throwIfNoEntry: false })?.isFile())
    if (found && /\.(ts|vue)$/.test(found)) reached(found, seen)
  }
  return seen
}

