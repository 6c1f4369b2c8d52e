import type { Tone } from '@/parts/StatusTag.vue'

export const RULES = ['key_industries', 'major_hazards', 'high_risk', 'scale', 'presses', 'accident'] as const
export const STAGES: Record<'none' | 'applied' | 'held', Tone> = { none: 'bad', applied: 'busy', held: 'good' }
export const CLAIMS: Record<'claimed' | 'returned' | 'checked' | 'approved' | 'paid' | 'refused', Tone> = { claimed: 'warn', returned: 'bad', checked: 'busy', approved: 'busy', paid: 'good', refused: 'plain' }
export const LEVELS = ['1', '2', '3', 'pass'] as const

/** What can be decided of a kind, the best first. */
export const RESULTS = { duty: ['pass', 'fail'], class: ['A', 'B', 'C', 'D'] } as const

/** How a result looks. */
export function toneOf(result: string): Tone {
  return ({ pass: 'good', A: 'good', B: 'plain', C: 'warn', fail: 'bad', D: 'bad' } as Record<string, Tone>)[result] ?? 'plain'
}

/** Part of a whole in percent; '—' of nothing. */
export function share(part: number, whole: number): string {
  return whole > 0 ? `${Math.round((part * 1000) / whole) / 10}%` : '—'
}
