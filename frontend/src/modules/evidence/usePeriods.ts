/** A period that can be chosen: its key, and how it is called. */
export interface Period {
  key: string
  kind: 'quarter' | 'month' | 'year'
}

/** The quarters, months and years up to a day (YYYY-MM-DD) that one is asked about, the latest first. */
export function periodsUntil(today: string): Period[] {
  const year = Number(today.slice(0, 4))
  const month = Number(today.slice(5, 7))
  const back = (n: number): [number, number] => [year + Math.floor((month - 1 - n) / 12), ((((month - 1 - n) % 12) + 12) % 12) + 1]
  const quarters = new Set<string>()
  const months: Period[] = []
  for (let n = 0; n < 15; n++) {
    const [y, m] = back(n)
    quarters.add(`${y}-Q${Math.ceil(m / 3)}`)
    if (n < 12) months.push({ key: `${y}-${String(m).padStart(2, '0')}`, kind: 'month' })
  }
  return [
    ...[...quarters].map((key) => ({ key, kind: 'quarter' as const })), ...months,
    ...[0, 1, 2].map((n) => ({ key: String(year - n), kind: 'year' as const })),
  ]
}
