import type { Schema } from '@/api/client'
import type { Tone } from '@/parts/StatusTag.vue'

export type Evaluation = Schema<'StandardizationEvaluationView'>
export type Sheet = Schema<'StandardizationSheetView'>
export type Item = Schema<'StandardizationItemView'>
export type Element = Schema<'StandardizationElementView'>
export type Finding = Schema<'StandardizationFindingView'>
export type Live = Schema<'StandardizationLiveView'>
export type Loss = Schema<'StandardizationLossView'>
export type Rule = Schema<'StandardizationRuleView'>
export type Member = Schema<'StandardizationMember'>
export type PlanStep = Schema<'StandardizationPlanStep'>
export type FactRow = Schema<'StandardizationFact'>
export type Comparison = Schema<'StandardizationComparison'>

export const KINDS = ['self', 'review', 'duty', 'class'] as const
export const STATES = ['draft', 'scoring', 'finished', 'published', 'closed'] as const

/** How a state looks. */
export const TONES: Record<string, Tone> = { draft: 'plain', scoring: 'busy', finished: 'good', published: 'good', closed: 'plain', open: 'warn', scored: 'good', na: 'plain' }

/** Which items a sheet shows. */
export type View = 'all' | 'open' | 'mine' | 'found' | 'na'
export const VIEWS: readonly View[] = ['all', 'open', 'mine', 'found', 'na']

/** Whether an item belongs to a view. */
export function inView(item: Pick<Item, 'state' | 'mine' | 'findings'>, view: View): boolean {
  switch (view) {
    case 'open': return item.state === 'open'
    case 'mine': return item.mine
    case 'found': return item.findings.length > 0
    case 'na': return item.state === 'na'
    default: return true
  }
}

/** The items of a sheet in order: those of one element or sub-element, or all, that belong to a view. */
export function itemsOf(sheet: Pick<Sheet, 'elements'>, branch: string, view: View): Item[] {
  return sheet.elements.flatMap((element) =>
    element.subs.flatMap((sub) => (branch === '' || branch === element.code || branch === sub.code ? sub.items.filter((item) => inView(item, view)) : [])),
  )
}

/** How many items of a branch are answered, of how many. */
export function progressOf(items: readonly Pick<Item, 'state'>[]): { done: number; all: number } {
  return { done: items.filter((item) => item.state !== 'open').length, all: items.length }
}

/** Rules that can be charged, those of the same words once: the server lets them fire together. */
export function chargeable(rules: readonly Rule[]): Rule[] {
  return rules.filter((rule, n) => !rule.auto && rules.findIndex((one) => one.when === rule.when && !one.auto) === n)
}

/** A reason like PERFORMANCE_L1:deaths as the key and the parameters of its text. */
export function reasonOf(code: string): { key: string; at: string; level: string } {
  const [name = '', at = ''] = code.split(':')
  return name.startsWith('PERFORMANCE_L') ? { key: 'performance', at, level: name.slice('PERFORMANCE_L'.length) } : { key: name.toLowerCase(), at, level: '' }
}

/** Hundredths as a score. */
export function scoreText(hundredths: number): string {
  return hundredths < 0 ? '—' : (hundredths / 100).toFixed(2)
}
