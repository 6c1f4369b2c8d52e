import type { AnswerOf, RowOf, Schema } from '@/api/client'
import type { Tone } from '@/parts/StatusTag.vue'
import type { Step } from '@/parts/TimeLine.vue'

export { itemName } from '@/parts/reportItem'

export type ReportRow = RowOf<'/api/selfreport/reports'>
export type Report = AnswerOf<'/api/selfreport/reports/{id}'> & ReportRow
export type Line = Schema<'SelfreportLine'>
export type Reason = Schema<'SelfreportReason'>
export type Rates = AnswerOf<'/api/selfreport/rates'>
export type BoundRow = RowOf<'/api/selfreport/bound'>

export const CYCLES = ['HZ-Q', 'HZ-Y', 'HZ-M', 'HZ-COAL-Q'] as const
export const STATES: readonly ReportRow['state'][] = ['open', 'draft', 'signed', 'submitted', 'received', 'returned', 'outside']
export const TONES: Record<ReportRow['state'], Tone> = { open: 'warn', draft: 'warn', signed: 'busy', submitted: 'busy', received: 'good', returned: 'bad', outside: 'good' }

/** What can be pressed on the page of a report, in the order of the buttons. */
export const DEEDS = ['compile', 'sign', 'submit', 'paper', 'mark', 'receive', 'return'] as const
export type Deed = (typeof DEEDS)[number]

export function offered(may: readonly string[]): Deed[] {
  return DEEDS.filter((deed) => may.includes(deed))
}

/** Hundredths of a percent as the form prints it: 9583 → 95.83%; a dash where nothing was found. */
export function rate(hundredths: number | undefined): string {
  return hundredths === undefined ? '—' : `${Math.trunc(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}%`
}

/** The lines of one level in the order of the categories, the ungraded last. */
export function linesOf(lines: readonly Line[], level: Line['level']): Line[] {
  return lines.filter((line) => line.level === level).toSorted((a, b) => (a.category || 'Z').localeCompare(b.category || 'Z'))
}

/** The reasons of the last return by the item they are about. */
export function reasonsBy(reasons: readonly Reason[]): Map<string, string> {
  const by = new Map<string, string>()
  for (const { item, reason } of reasons) by.set(item, by.has(item) ? `${by.get(item)}；${reason}` : reason)
  return by
}

/** The history as a timeline; what the system did by itself carries `system` as its actor. */
export function stepsOf(report: Pick<Report, 'steps'>, say: (event: string) => string, system: string, name: (item: string) => string = (item) => item): Step[] {
  return report.steps.map((step) => ({
    id: String(step.n),
    at: step.at,
    title: say(step.event),
    actor: step.actorKind === 'system' ? system : step.actorName,
    note: [step.note, ...step.reasons.map((reason) => [name(reason.item), reason.reason].filter(Boolean).join('：'))].filter(Boolean).join('\n'),
    tone: step.event === 'return' ? 'bad' : step.event === 'receive' ? 'good' : 'plain',
  }))
}
