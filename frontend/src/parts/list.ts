import { i18n } from '@/i18n'

function chinese(): boolean {
  return i18n.global.locale.value !== 'en'
}

/** Words one after the other, as the reader's language separates them: 甲、乙 or a, b. */
export function listed(words: readonly (string | number)[]): string {
  return words.join(chinese() ? '、' : ', ')
}

/** Sentences one after the other: 甲；乙 or a; b. */
export function clauses(sentences: readonly string[]): string {
  return sentences.join(chinese() ? '；' : '; ')
}

/** What stands in brackets behind something: （3） or (3) after a space. */
export function bracketed(text: string | number): string {
  return chinese() ? `（${text}）` : ` (${text})`
}
