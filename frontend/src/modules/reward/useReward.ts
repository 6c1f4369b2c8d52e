import type { Tone } from '@/parts/StatusTag.vue'

/** How the states of a reward look. */
export const TONES: Record<'proposed' | 'confirmed' | 'approved' | 'paid' | 'refused', Tone> = { proposed: 'warn', confirmed: 'busy', approved: 'plain', paid: 'good', refused: 'bad' }
