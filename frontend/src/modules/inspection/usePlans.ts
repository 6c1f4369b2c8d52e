/** How often, in order; what happens; and how a day of the calendar looks. */
export const FREQUENCIES = ['per_shift', 'daily', 'weekly', 'monthly', 'quarterly', 'half_yearly', 'yearly', 'event'] as const
export const STATES = ['open', 'done', 'late', 'missed', 'excused', 'cancelled'] as const
export type Outcome = (typeof STATES)[number]

export interface Tally {
  open: number
  done: number
  late: number
  missed: number
  excused: number
}

/** The tone of a day: the worst that is on it; a day that was wholly excused is its own. */
export function toneOf(day: Tally | undefined): 'none' | 'missed' | 'late' | 'open' | 'done' | 'excused' {
  if (!day) return 'none'
  if (day.missed) return 'missed'
  if (day.late) return 'late'
  if (day.open) return 'open'
  if (day.done) return 'done'
  return day.excused ? 'excused' : 'none'
}

/** Of what was to be done by now, how much was done in time; undefined where nothing was. */
export function rate(tally: Tally): number | undefined {
  const due = tally.done + tally.late + tally.missed
  return due ? Math.round((tally.done * 1000) / due) / 10 : undefined
}

/** The months of a year with their days, each month led by the blanks before its first weekday (Monday first). */
export function monthsOf(year: number): { month: number; blanks: number; days: string[] }[] {
  return Array.from({ length: 12 }, (_, index) => {
    const first = new Date(Date.UTC(year, index, 1))
    const length = new Date(Date.UTC(year, index + 1, 0)).getUTCDate()
    return {
      month: index + 1, blanks: (first.getUTCDay() + 6) % 7,
      days: Array.from({ length }, (_, day) => new Date(Date.UTC(year, index, day + 1)).toISOString().slice(0, 10)),
    }
  })
}

/** 480 → "08:00". */
export function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

/** "08:00" → 480. */
export function minutesOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return hours * 60 + minutes
}
