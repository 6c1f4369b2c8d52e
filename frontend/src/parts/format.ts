// What people read: days, moments in Shanghai, money. The wire carries YYYY-MM-DD, RFC 3339 and whole fen.

const shanghai = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
})

/** `2026-03-01 08:05` of an RFC 3339 instant, in Shanghai whatever the computer's zone; '' for nothing. */
export function moment(instant: string | undefined): string {
  if (!instant) return ''
  const time = new Date(instant)
  return Number.isNaN(time.getTime()) ? instant : shanghai.format(time)
}

/** Today's day in Shanghai, YYYY-MM-DD. */
export function today(now: Date = new Date()): string {
  return shanghai.format(now).slice(0, 10)
}

/** Whole days from one day to another; negative when `to` lies before `from`. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000)
}

/** Fen as yuan with two decimals and thousands: 123456 → 1,234.56. Integer arithmetic throughout. */
export function yuan(fen: number): string {
  const whole = Math.trunc(Math.abs(fen) / 100)
  const rest = String(Math.abs(fen) % 100).padStart(2, '0')
  return `${fen < 0 ? '-' : ''}${String(whole).replace(/\B(?=(\d{3})+$)/g, ',')}.${rest}`
}

/** Hundredths as a score: 8750 → 87.50. */
export function score(hundredths: number): string {
  return `${hundredths < 0 ? '-' : ''}${Math.trunc(Math.abs(hundredths) / 100)}.${String(Math.abs(hundredths) % 100).padStart(2, '0')}`
}

/** A share as percent with one decimal; a dash when there is nothing to divide by. */
export function percent(part: number, whole: number): string {
  return whole > 0 ? `${(Math.round((part * 1000) / whole) / 10).toFixed(1)}%` : '—'
}
