import type { Tone } from '@/parts/StatusTag.vue'

/** Tones of the colours of a standing: 1 red to 4 blue. */
export const COLOURS: readonly Tone[] = ['plain', 'red', 'orange', 'yellow', 'blue']
