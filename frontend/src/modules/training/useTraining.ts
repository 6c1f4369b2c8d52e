import type { Tone } from '@/parts/StatusTag.vue'

/** Minutes of one class hour (学时). */
export const CLASS_HOUR = 45

export const KINDS = ['three_level', 'annual', 'transfer', 'return', 'four_new', 'confined_space', 'dust', 'occupational_health', 'contractor', 'first_class', 'safety_month', 'fire', 'emergency', 'equipment', 'accident', 'special', 'other'] as const
export const PHASES = ['initial', 'annual', 'transfer', 'return', 'special'] as const
export const LEVELS = ['', 'factory', 'workshop', 'team'] as const
export const STATES = ['planned', 'open', 'closed', 'cancelled'] as const
export const SOURCES = ['session', 'card', 'exam', 'import'] as const
export const PERSONS = ['principal', 'safety_manager', 'safety_director', 'team_leader', 'employee', 'hazard_exposed_worker', 'oh_principal_or_manager'] as const

export const TONES: Record<string, Tone> = { planned: 'plain', open: 'busy', closed: 'good', cancelled: 'warn', draft: 'plain', submitted: 'busy', approved: 'good' }

/** Minutes as class hours with one decimal, cut: nobody seems to have what he lacks. */
export function hours(minutes: number): string {
  const tenths = Math.trunc((minutes * 10) / CLASS_HOUR)
  return tenths % 10 ? `${Math.trunc(tenths / 10)}.${tenths % 10}` : String(tenths / 10)
}

/** Class hours as typed, with at most two decimals, into whole minutes; undefined for anything else. Half a minute more, so that 2.5 is shown as 2.5. */
export function minutesOf(typed: string): number | undefined {
  const match = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(typed.normalize('NFKC').trim())
  if (!match) return undefined
  const minutes = Number(match[1]) * CLASS_HOUR + Math.trunc((Number((match[2] ?? '').padEnd(2, '0')) * CLASS_HOUR + 99) / 100)
  return minutes > 0 && minutes <= 14_400 ? minutes : undefined
}

/** A share as percent with one decimal, cut: 99.96 % is not 100 %. */
export function rate(part: number, whole: number): string {
  if (whole <= 0) return '—'
  const tenths = Math.trunc((part * 1000) / whole)
  return `${Math.trunc(tenths / 10)}.${tenths % 10}%`
}

/** Years that can be chosen, the newest first. */
export function yearsFrom(now: number, ahead = 0): number[] {
  return Array.from({ length: 4 + ahead }, (_, back) => now + ahead - back)
}

/** The phase that a kind of training usually belongs to. */
export function phaseOf(kind: string): (typeof PHASES)[number] {
  if (kind === 'three_level') return 'initial'
  if (kind === 'transfer' || kind === 'return') return kind
  return ['four_new', 'confined_space', 'dust', 'contractor', 'special'].includes(kind) ? 'special' : 'annual'
}
