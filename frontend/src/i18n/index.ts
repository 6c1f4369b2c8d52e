import { createI18n } from 'vue-i18n'
import { speak } from '@/api/client'

export const LANGUAGES = ['zh-CN', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** Message files, one a noun; `zh-CN/hazard.json` holds what is reached as `hazard.*`. */
export type Messages = { [key: string]: string | Messages }

export type Texts = Record<string, Messages>
type Later = Record<string, () => Promise<Messages>>

let english: Later = {}

function noun(path: string): string {
  return path.replace(/^.*\/([\w-]+)\.json$/, '$1')
}

export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN' as Language,
  fallbackLocale: 'zh-CN',
  missingWarn: false,
  fallbackWarn: false,
  messages: { 'zh-CN': {} } as Record<string, Messages>,
})

/** Takes the texts of one of the two programs: the Chinese ones at once, the English ones when they are asked for. */
export function take(chinese: Texts, later: Later): void {
  i18n.global.setLocaleMessage('zh-CN', Object.fromEntries(Object.entries(chinese).map(([path, text]) => [noun(path), text])))
  english = later
}

/** Adds the Chinese texts of one more file. */
export function add(path: string, text: Messages): void {
  i18n.global.mergeLocaleMessage('zh-CN', { [noun(path)]: text })
}

const STORED = 'anbiao.language'

/** The language of the last visit, else the browser's, else Chinese. */
export function preferredLanguage(): Language {
  const kept = localStorage.getItem(STORED)
  if (kept === 'zh-CN' || kept === 'en') return kept
  return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'zh-CN'
}

/** Switches the user interface, the document and the requests to a language and remembers it. */
export async function setLanguage(language: Language): Promise<void> {
  if (language === 'en' && !i18n.global.availableLocales.includes('en')) {
    const loaded = await Promise.all(Object.entries(english).map(async ([path, load]) => [noun(path), await load()] as const))
    i18n.global.setLocaleMessage('en', Object.fromEntries(loaded))
  }
  i18n.global.locale.value = language
  document.documentElement.lang = language
  speak(language)
  localStorage.setItem(STORED, language)
}

/** The translator for code outside components. */
export const say = i18n.global.t
