import { readdirSync } from 'node:fs'
import { defineConfigWithVueTs, vueTsConfigs } from '@vue/eslint-config-typescript'
import vue from 'eslint-plugin-vue'

const modules = readdirSync(new URL('./src/modules', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)

const client = { name: 'openapi-fetch', message: 'Only src/api may import the client library; import { api } from "@/api/client".' }

/** A module may import the shared layers and itself, never another module. */
const walls = modules.map((name) => ({
  files: [`src/modules/${name}/**`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        paths: [client],
        patterns: [
          {
            regex: `^@/modules/(?!${name}(/|$))`,
            message: 'A module may not import another module.',
          },
          { regex: `^(\\.\\./)+(${modules.filter((other) => other !== name).join('|') || '-'})/`, message: 'A module may not import another module.' },
        ],
      },
    ],
  },
}))

export default defineConfigWithVueTs(
  { ignores: ['node_modules', 'src/api/schema.d.ts', 'src/components.d.ts', 'journeys/out'] },
  vue.configs['flat/recommended'],
  vueTsConfigs.recommended,
  {
    files: ['src/**/*.{ts,vue}'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-imports': ['error', { paths: [client] }],
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Function"]', message: 'The content security policy forbids code from text.' },
      ],
      'no-eval': 'error',
      'no-console': 'error',
      'max-lines': ['error', 400],
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': ['warn', { html: { void: 'always' } }],
      'vue/multi-word-component-names': 'off',
      'vue/no-v-html': 'error',
      'vue/require-default-prop': 'off',
    },
  },
  {
    files: ['src/**/*.vue'],
    rules: { 'max-lines': ['error', 250] },
  },
  {
    files: ['src/**/*.vue'],
    ignores: ['src/parts/**'],
    rules: {
      'vue/no-restricted-syntax': [
        'error',
        { selector: 'VElement[rawName=/^(el-table|ElTable)$/]', message: 'Use DataTable or PlainTable of src/parts: they own paging, empty, error and loading states.' },
      ],
    },
  },
  { files: ['src/**/*.test.ts'], rules: { 'vue/one-component-per-file': 'off' } },
  { files: ['src/api/**'], rules: { 'no-restricted-imports': 'off' } },
  ...walls,
)
