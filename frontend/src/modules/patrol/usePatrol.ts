import type { AnswerOf, RowOf } from '@/api/client'
import type { Tone } from '@/parts/StatusTag.vue'

export type Line = RowOf<'/api/patrol/visits'>
export type Handed = RowOf<'/api/patrol/handed'>
export type HandedOne = AnswerOf<'/api/patrol/handed/{id}'>

export const TONES: Record<string, Tone> = { handed: 'warn', received: 'busy', hazard: 'good', visit: 'good', answered: 'good' }
