/** How often an item wants to be looked at, from the most to the least often. */
export const FREQUENCIES = ['per_shift', 'daily', 'weekly', 'monthly', 'quarterly', 'half_yearly', 'yearly', 'event', 'per_use'] as const
export type Frequency = (typeof FREQUENCIES)[number]
