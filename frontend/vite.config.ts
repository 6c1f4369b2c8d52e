import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { VantResolver } from '@vant/auto-import-resolver'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import Components from 'unplugin-vue-components/vite'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { fieldWorker } from './field/worker-plugin.ts'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/**
 * Fonts that a library inlines as data: addresses become files, because the content security
 * policy allows fonts from our own origin only.
 */
function fontsAsFiles(): Plugin {
  return {
    name: 'anbiao:fonts-as-files',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const asset of Object.values(bundle)) {
          if (asset.type !== 'asset' || !asset.fileName.endsWith('.css')) continue
          // What a library would fetch from elsewhere when its own font fails, nobody may fetch here.
          const own = asset.source.toString().replace(/,\s*url\(["']?(?:https?:)?\/\/[^)]*\)\s*format\([^)]*\)/g, '')
          asset.source = own.replace(/data:font\/(\w+);(?:charset=[\w-]+;)?base64,([A-Za-z0-9+/=]+)/g, (_all, kind: string, body: string) => {
            const source = Buffer.from(body, 'base64')
            const fileName = `assets/font-${createHash('sha256').update(source).digest('hex').slice(0, 8)}.${kind}`
            this.emitFile({ type: 'asset', fileName, source })
            return `/${fileName}`
          })
        }
      },
    },
  }
}

export default defineConfig({
  plugins: [
    vue(),
    // Only the two component libraries are imported by name; our own code is imported by hand (dirs: []).
    Components({
      dirs: [],
      dts: 'src/components.d.ts',
      resolvers: [ElementPlusResolver({ importStyle: 'css' }), VantResolver()],
    }),
    fontsAsFiles(),
    fieldWorker(),
  ],
  resolve: { alias: { '@': at('./src') } },
  define: {
    __VUE_OPTIONS_API__: 'true', // Element Plus and Vant still need it
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  build: {
    outDir: at('../frontend-dist/site'),
    emptyOutDir: true,
    target: 'chrome90', // kernels of 360 and of browsers on domestic systems
    sourcemap: false,
    reportCompressedSize: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    rollupOptions: { input: { desk: at('./index.html'), field: at('./field/index.html') } },
  },
  server: { proxy: { '/api': process.env.API ?? 'http://127.0.0.1:8080' } },
  test: {
    alias: [{ find: /^@\/i18n$/, replacement: at('./src/testing/i18n.ts') }],
    environment: 'node', // a page is made for the tests that say so in their first line
    setupFiles: ['src/testing/place.ts'],
    include: ['src/**/*.test.ts'],
    testTimeout: 20_000,
    server: { deps: { inline: ['element-plus', 'vant'] } },
  },
})
