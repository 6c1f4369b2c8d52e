import type { AnswerOf, RowOf } from '@/api/client'
import type { Tone } from '@/parts/StatusTag.vue'

export type Round = RowOf<'/api/letter/rounds'>
export type LetterRow = RowOf<'/api/letter/letters'>
export type Letter = AnswerOf<'/api/letter/letters/{id}'>
export type Proof = AnswerOf<'/api/letter/letters/{id}/verification'>
export type Progress = AnswerOf<'/api/letter/rounds/{id}/progress'>
export type Bundle = AnswerOf<'/api/letter/scans/{id}'>
export type Scan = RowOf<'/api/letter/rounds/{id}/scans'>

export const TONES: Record<LetterRow['state'], Tone> = { draft: 'plain', sent: 'busy', signed: 'good', superseded: 'plain' }

/** Where the PDF of a round's letters lies, of one unit and what is below it, or of the whole. */
export function printAddress(roundId: string, unitId: string, waiting: boolean): string {
  const query = new URLSearchParams({ ...(unitId ? { unitId } : {}), ...(waiting ? { waiting: 'true' } : {}) })
  return `/api/letter/rounds/${roundId}/print${query.size ? `?${query}` : ''}`
}

/** The share signed, in whole percent and never 100 before all are. */
export function share(signed: number, total: number): number {
  return total ? Math.floor((signed * 100) / total) : 0
}
