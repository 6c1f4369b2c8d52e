import type { Schema } from '@/api/client'
import type { Tone } from '@/parts/StatusTag.vue'

export type Line = Schema<'RubricListed'>
export type One = Schema<'RubricOneView'>
export type Table = Schema<'ScoringRubric'>
export type Branch = Schema<'ScoringElement'>
export type Item = Schema<'ScoringItem'>
export type Rule = Schema<'ScoringDeduction'>
export type Level = Schema<'ScoringLevel'>
export type Problem = Schema<'RubricProblemView'>
export type Read = Schema<'RubricReadView'>

export const PURPOSES = ['grading', 'duty', 'class'] as const
export const STATES = ['draft', 'published', 'retired'] as const
export const TONES: Record<string, Tone> = { draft: 'warn', published: 'good', retired: 'plain' }
export const FACTS = ['deaths', 'serious_injuries', 'larger_accidents', 'largest_loss_fen', 'total_loss_fen', 'deaths_per_thousand', 'serious_per_thousand', 'new_diseases', 'diseases_per_thousand', 'employees'] as const

/** What a rule does. */
export type Kind = 'minus' | 'zero' | 'extra' | 'veto'
export const KINDS: readonly Kind[] = ['minus', 'zero', 'extra', 'veto']
/** Where each kind can act; the first is the usual place. */
export const SCOPES: Record<Kind, readonly string[]> = {
  minus: ['item'], zero: ['item', 'sub_element', 'element'], extra: ['element', 'total'], veto: ['total', 'sub_element', 'element'],
}

export function kindOf(rule: Rule): Kind {
  if (rule.veto) return 'veto'
  if (rule.zero) return 'zero'
  return rule.extraMinus ? 'extra' : 'minus'
}

export const scopeOf = (rule: Rule): string => rule.scope || SCOPES[kindOf(rule)][0]!

/** The rule made one of a kind; what the other kinds have goes. */
export function turned(rule: Rule, kind: Kind): Rule {
  const points = rule.minus || rule.extraMinus || 1
  const kept: Rule = { id: rule.id, when: rule.when, ...(rule.if ? { if: rule.if } : {}), ...(rule.once ? { once: rule.once } : {}) }
  const counted = { ...(rule.per ? { per: rule.per } : {}), ...(rule.cap ? { cap: rule.cap } : {}) }
  switch (kind) {
    case 'minus': return { ...kept, ...counted, minus: points }
    case 'extra': return { ...kept, ...counted, extraMinus: points }
    case 'zero': return { ...kept, zero: true }
    case 'veto': return { ...kept, veto: true }
  }
}

/** The first of a, b … that no rule has. */
export function freeID(rules: readonly Rule[]): string {
  const taken = new Set(rules.map((one) => one.id))
  for (let n = 0; ; n++) {
    const id = (n >= 26 ? String.fromCharCode(96 + Math.floor(n / 26)) : '') + String.fromCharCode(97 + (n % 26))
    if (!taken.has(id)) return id
  }
}

/** The next code below another: 1.2 has 1.2.1 … */
export function freeCode(above: string, rows: readonly { code: string }[]): string {
  const taken = new Set(rows.map((one) => one.code))
  for (let n = rows.length + 1; ; n++) {
    const code = above ? `${above}.${n}` : String(n)
    if (!taken.has(code)) return code
  }
}

/** Points added without the noise of binary fractions. */
export const sum = (rows: readonly { points: number }[]): number => rows.reduce((all, one) => all + Math.round(one.points * 100), 0) / 100

/** A copy that may be edited: lists that are missing are empty. */
export function tidy(table: Table): Table {
  const copy = JSON.parse(JSON.stringify(table)) as Table
  copy.elements ??= []
  copy.levels ??= []
  const walk = (branch: Branch): void => {
    branch.children?.forEach(walk)
    branch.items?.forEach((item) => { item.deductions ??= [] })
  }
  copy.elements.forEach(walk)
  return copy
}

/** The table as it is sent: a number that was cleared is not there. */
export const sent = (table: Table): Table => JSON.parse(JSON.stringify(table, (_, value: unknown) => (value === null ? undefined : value))) as Table

/** Items that hold some text, for the search of the reading page; with no text all. */
export function holds(item: Item, text: string): boolean {
  const wanted = text.trim().toLowerCase()
  return !wanted || `${item.code} ${item.requirement} ${item.deductions.map((one) => one.when).join(' ')}`.toLowerCase().includes(wanted)
}
