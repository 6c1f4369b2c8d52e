import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

interface Chunk {
  type: 'chunk'
  facadeModuleId: string | null
  imports: string[]
  dynamicImports: string[]
  viteMetadata?: { importedCss: Set<string>; importedAssets: Set<string> }
}

/**
 * Writes field/worker.js, the service worker of the phone pages, with the list of what they consist of: every chunk,
 * style and font that the field entry can reach, and nothing of the desk. The same sources give the same bytes.
 */
export function fieldWorker(): Plugin {
  const source = new URL('./worker.js', import.meta.url)
  return {
    name: 'anbiao:field-worker',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const files = new Set<string>()
        const chunk = (name: string): Chunk | undefined => (bundle[name]?.type === 'chunk' ? (bundle[name] as unknown as Chunk) : undefined)
        const walk = (name: string): void => {
          const found = chunk(name)
          if (!found || files.has(name)) return
          files.add(name)
          for (const style of found.viteMetadata?.importedCss ?? []) files.add(style)
          for (const asset of found.viteMetadata?.importedAssets ?? []) files.add(asset)
          for (const next of [...found.imports, ...found.dynamicImports]) walk(next)
        }
        const entry = Object.keys(bundle).find((name) => chunk(name)?.facadeModuleId?.endsWith('/field/index.html'))
        if (!entry) this.error('the field entry is missing')
        walk(entry)
        for (const name of [...files].filter((file) => file.endsWith('.css'))) {
          const style = bundle[name]
          if (style?.type !== 'asset') continue
          for (const [, asset = ''] of style.source.toString().matchAll(/url\(["']?\/(assets\/[^"')?#]+)/g)) files.add(asset)
        }
        const list = ['/icon.svg', '/field/manifest.webmanifest', '/field/icon-192.png', ...[...files].sort().map((file) => `/${file}`)]
        const version = createHash('sha256').update(list.join('\n')).digest('hex').slice(0, 12)
        const text = readFileSync(source, 'utf8').replace('/* @files */ []', JSON.stringify(list)).replace("/* @version */ ''", `'${version}'`)
        this.emitFile({ type: 'asset', fileName: 'field/worker.js', source: text })
      },
    },
  }
}
