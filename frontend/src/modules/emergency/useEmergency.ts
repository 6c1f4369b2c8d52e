import { computed, type ComputedRef } from 'vue'
import { useRoute } from 'vue-router'
import { api, body, type Schema } from '@/api/client'
import type { Tone } from '@/parts/StatusTag.vue'
import { useLoad, type Load } from '@/parts/useLoad'
import { useSession } from '@/shell/session'

export type Filing = Schema<'EmergencyFilingView'>
export type Standing = Schema<'EmergencyStandingView'>
export type Duty = Schema<'EmergencyDutyView'>

export const STATES = ['submitted', 'missing', 'filed', 'deemed'] as const
export const DOCUMENTS = ['application', 'review_opinion', 'plan_text', 'risk_assessment', 'resource_survey'] as const

/** How a plan or a filing looks in a list. */
export const TONES: Record<string, Tone> = { not_needed: 'plain', to_file: 'warn', submitted: 'busy', missing: 'bad', filed: 'good', deemed: 'good', done: 'good', due: 'warn', overdue: 'bad' }

/** Whether a day of a register's row is past, or near. */
export function dayTone(on: unknown, today: string, near = 30): 'danger' | 'warn' | '' {
  if (typeof on !== 'string' || !on) return ''
  if (on < today) return 'danger'
  return (Date.parse(on) - Date.parse(today)) / 86_400_000 <= near ? 'warn' : ''
}

/** Documents that a filing lacks. */
export function lacking(filing: Pick<Filing, 'documents'>): string[] {
  return DOCUMENTS.filter((one) => !filing.documents.includes(one))
}

/** How the company of the page stands: one's own, or the one a regulator looks at. */
export function useStanding(): { standing: Load<Standing | null>; companyId: ComputedRef<string> } {
  const route = useRoute()
  const session = useSession()
  const own = route.path
  const companyId = computed(() => (route.path === own && typeof route.query.companyId === 'string' ? route.query.companyId : ''))
  const standing = useLoad(async () => {
    if (session.kind === 'regulator' && !companyId.value) return null
    return body(api.GET('/api/emergency/standing', { params: { query: companyId.value ? { companyId: companyId.value } : {} } }))
  })
  return { standing, companyId }
}
