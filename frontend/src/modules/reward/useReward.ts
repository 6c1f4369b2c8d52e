/** How the states of a reward look. */
export const TONES: Record<string, 'plain' | 'warn' | 'good' | 'bad'> = { proposed: 'warn', confirmed: 'warn', approved: 'plain', paid: 'good', refused: 'bad' }
