import { computed, watch, type ComputedRef, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute } from 'vue-router'
import { list } from '@/api/client'
import { useLoad } from '@/parts/useLoad'

/** What the form itself asks about the companies. */
export interface Audience {
  division: string
  industry: string
  colour: string[]
  marks: string[]
}

export const MARKS = ['overdue', 'missing', 'inactive', 'majors', 'must'] as const
const ASKED: readonly string[] = ['division', 'industry', 'colour', ...MARKS]
// What the graded list can be filtered by beside what the form asks.
const CARRIED = ['name', 'level', 'class', 'size', 'uscc', 'person', 'open', 'signals', 'gradeUntil', 'silent', 'live', 'certificates', 'line'] as const

/** The filters that came with the address, as the graded list writes them there. */
export function givenFilters(): Record<string, string> {
  const known: readonly string[] = [...ASKED, ...CARRIED]
  return Object.fromEntries(Object.entries(useRoute().query).filter((one): one is [string, string] => known.includes(one[0]) && typeof one[1] === 'string' && one[1] !== ''))
}

/** Whom the filters reach: what the form asks and what came with the address, in words and as a number. */
export function useAudience(given: Record<string, string>, asked: Audience, wanted: Ref<boolean>) {
  const { t, te } = useI18n()
  const carried = Object.fromEntries(Object.entries(given).filter(([name]) => !ASKED.includes(name)))
  const filters = computed(() => {
    const out = { ...carried }
    if (asked.division) out.division = asked.division
    if (asked.industry) out.industry = asked.industry
    if (asked.colour.length) out.colour = asked.colour.join(',')
    for (const mark of asked.marks) out[mark] = 'true'
    return out
  })
  const words: ComputedRef<string[]> = computed(() => Object.entries(carried).map(([name, value]) => {
    const title = t(`oversight.${name}`)
    if (value === 'true') return title
    const said = value.split(',').map((one) => (te(`oversight.${name}s.${one}`) ? t(`oversight.${name}s.${one}`) : one))
    return t('instrument.notice.filter', { name: title, value: said.join(' ') })
  }))
  const reached = useLoad(async () => (wanted.value ? await list('/api/oversight/companies', { limit: 1, count: 'true', ...filters.value }) : { items: [], count: 0, estimated: false }))
  let timer: ReturnType<typeof setTimeout> | undefined
  watch([filters, wanted], () => {
    clearTimeout(timer)
    timer = setTimeout(() => void reached.load(), 300)
  })
  return { filters, words, reached }
}
