import type { RowOf } from '@/api/client'
import type { Tone } from '@/parts/StatusTag.vue'

export type Erasure = RowOf<'/api/archive/requests'>

export const TONES: Record<Erasure['state'], Tone> = { asked: 'busy', refused: 'bad', withdrawn: 'plain', agreed: 'warn', stopped: 'plain', erasing: 'busy', kept: 'warn', done: 'good' }
export const GROUPS = ['open', 'waiting', 'running', 'settled'] as const
