import type { AnswerOf, RowOf } from '@/api/client'
import type { Tone } from '@/parts/StatusTag.vue'
import { score } from '@/parts/format'

export type Overview = AnswerOf<'/api/performance/rounds/{id}'>
export type Unit = Overview['units'][number]
export type ScoreRow = RowOf<'/api/performance/assessments'>
export type Assessed = AnswerOf<'/api/performance/assessments/{id}'>
export type Working = Assessed['working']
export type Cell = Working['cells'][number]
export type TaskRow = RowOf<'/api/performance/tasks'>
export type TaskRecord = AnswerOf<'/api/performance/tasks/{id}'>
export type RewardRow = RowOf<'/api/performance/rewards'>

export const STATES = ['draft', 'confirmed', 'published', 'appealed', 'final'] as const
export const STATUSES = ['pending', 'done', 'late', 'missed', 'excused'] as const
export const FREQUENCIES = ['weekly', 'monthly', 'quarterly', 'half_yearly', 'yearly', 'event', 'per_use'] as const
export const STATE_TONES: Record<string, Tone> = { draft: 'plain', confirmed: 'busy', published: 'busy', appealed: 'warn', final: 'good' }
export const STATUS_TONES: Record<string, Tone> = { pending: 'busy', done: 'good', late: 'warn', missed: 'bad', excused: 'plain', found: 'good', waiting: 'busy', confirmed: 'good', refused: 'bad' }
export const GRADE_TONES: Record<string, Tone> = { A: 'good', B: 'busy', C: 'warn', D: 'bad' }

/** Hundredths as a score, a dash where nothing was due. */
export function points(hundredths: number | undefined): string {
  return hundredths === undefined ? '—' : score(hundredths)
}

/** An exact fraction ("200/3") as a number with two decimals, cut and not rounded; '—' for none. */
export function exact(fraction: string, scale = 1): string {
  if (!fraction) return '—'
  const [num = '0', den = '1'] = fraction.split('/')
  const n = (BigInt(num) * BigInt(scale) * 100n) / BigInt(den)
  return score(Number(n))
}

export interface UnitNode extends Unit {
  id: string
  children: UnitNode[]
}

/** The units of a round as a tree: below the company, or, for who sees a part, from his unit on. */
export function treeOf(units: readonly Unit[]): UnitNode[] {
  const nodes = new Map(units.map((unit) => [unit.unitId, { ...unit, id: unit.unitId || 'company', children: [] as UnitNode[] }]))
  const roots: UnitNode[] = []
  for (const node of nodes.values()) {
    const parent = node.kind === 'enterprise' ? undefined : nodes.get(node.parentId)
    if (parent) parent.children.push(node)
    else roots.push(node)
  }
  return roots
}

/** The page that shows a record of the system; '' where there is none. */
export function placeOf(noun: string, id: string, on: string): string {
  switch (noun) {
    case 'inspection_check': return `/checks/${on}/${id}`
    case 'hazard': return `/hazards/${id}`
    case 'certificate': return `/certificates/${id}`
    case 'selfreport': return `/reports/${id}`
    default: return ''
  }
}

/** The last periods that have ended, the latest first, for somebody who assesses by hand. */
export function endedPeriods(today: string): string[] {
  const year = Number(today.slice(0, 4))
  const month = Number(today.slice(5, 7))
  const months = Array.from({ length: 3 }, (_, n) => {
    const at = year * 12 + month - 2 - n
    return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`
  })
  const quarters = Array.from({ length: 2 }, (_, n) => {
    const at = year * 4 + Math.floor((month - 1) / 3) - 1 - n
    return `${Math.floor(at / 4)}-Q${(at % 4) + 1}`
  })
  return [...months, ...quarters, String(year - 1)]
}
