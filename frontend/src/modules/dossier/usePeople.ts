/** Kinds of person who answers for a company, in the order of the board; the last is the grid worker. */
export const KINDS = ['territory', 'line', 'general', 'company', 'grid'] as const

export type Kind = (typeof KINDS)[number]
