import { useI18n } from 'vue-i18n'
import { api, body, type Schema } from '@/api/client'
import { useLoad } from '@/parts/useLoad'

export const FREQUENCIES = ['per_shift', 'daily', 'per_use', 'weekly', 'monthly', 'quarterly', 'half_yearly', 'yearly', 'event'] as const
export const KINDS = ['main', 'direct', 'lead', 'supervise'] as const
export const RACI = ['AR', 'A', 'R', 'C', 'I'] as const

export type Clause = Schema<'ResponsibilityClause'>

/** Clauses as people write them, one a line. */
export function clauses(basis: readonly Clause[]): string {
  return basis.map((clause) => [clause.ref, clause.clause].filter(Boolean).join(' ')).join('\n')
}

/** Reads lines of "document clause"; a line that was there keeps what else is known of it. */
export function readClauses(lines: string, known: readonly Clause[]): Clause[] {
  return lines.split('\n').map((line) => line.trim()).filter(Boolean).map((line) => {
    const before = known.find((clause) => clauses([clause]) === line)
    if (before) return before
    const at = line.search(/\s+(?=第|附|表)/)
    return at < 0 ? { code: 'OWN', ref: line } : { code: 'OWN', ref: line.slice(0, at).trim(), clause: line.slice(at).trim() }
  })
}

/** Names of post types and statutory duties in the reader's language. */
export function useDutyNames() {
  const { locale } = useI18n()
  const library = useLoad(() => body(api.GET('/api/responsibility/library')))
  const types = () => library.data.value?.types ?? []

  function typeName(code: string): string {
    const found = types().find((type) => type.code === code)
    return (locale.value === 'en' ? found?.nameEn : found?.name) ?? code
  }

  function statute(code: string): string {
    const found = library.data.value?.statutes.find((item) => item.code === code)
    return found ? `${article(code)} ${found.text}` : code
  }

  return { library, types, typeName, statute }
}

const DIGITS = ['', '一', '二', '三', '四', '五', '六', '七']

/** `25.3` as the law counts: 第二十五条第(三)项. */
export function article(code: string): string {
  const [article, item] = code.split('.')
  return `第${article === '21' ? '二十一' : '二十五'}条第(${DIGITS[Number(item)] ?? item})项`
}
