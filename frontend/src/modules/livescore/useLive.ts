import type { AnswerOf } from '@/api/client'

export type Live = AnswerOf<'/api/livescore/score'>
export type LiveItem = Live['items'][number]
export type LiveFigure = LiveItem['figures'][number]
export type LiveChange = Live['week'][number]
export type LiveLift = Live['lifts'][number]
export type LiveDay = AnswerOf<'/api/livescore/history'>['items'][number]

/** Hundredths as people read them; a dash where nothing is known. */
export function hundredths(n: number): string {
  return n < 0 ? '—' : (n / 100).toFixed(2)
}

/** A difference in hundredths with its sign. */
export function signed(n: number): string {
  return `${n > 0 ? '+' : n < 0 ? '−' : '±'}${(Math.abs(n) / 100).toFixed(2)}`
}

/** Points of an item in hundredths as stored with a change: -1 not applicable, -2 open. */
export function pointsOf(n: number, say: (key: string) => string): string {
  if (n === -1) return say('livescore.states.na')
  if (n === -2) return say('livescore.states.open')
  return String(n / 100)
}

export interface Dot {
  x: number
  y: number
  day: LiveDay
}

/** The course of a score as a line of steps: it stays where it was until a day on which it changed. */
export function courseOf(days: readonly LiveDay[], from: string, until: string, width: number, height: number): { line: string; dots: Dot[]; low: number; high: number } {
  const known = days.filter((day) => day.score >= 0)
  const scores = known.map((day) => day.score)
  const low = Math.max(0, Math.min(...scores, 10_000) - 300)
  const high = Math.min(10_000, Math.max(...scores, 0) + 300)
  const time = (day: string): number => Date.parse(`${day}T00:00:00Z`)
  const span = Math.max(1, time(until) - time(from))
  const x = (day: string): number => Math.max(0, ((time(day) - time(from)) / span) * width)
  const y = (score: number): number => height - ((score - low) / Math.max(1, high - low)) * height
  const dots = known.map((day) => ({ x: x(day.on), y: y(day.score), day }))
  let line = ''
  dots.forEach((dot, n) => {
    line += n === 0 ? `${dot.x},${dot.y}` : ` ${dot.x},${dots[n - 1]?.y ?? dot.y} ${dot.x},${dot.y}`
  })
  const last = dots.at(-1)
  if (last) line += ` ${width},${last.y}`
  return { line, dots, low, high }
}

/** Where on the desk the record behind a row is shown; empty where it has no page of its own. */
export function pageOf(noun: string, id: number): string {
  const pages: Record<string, string> = { hazard: '/hazards/', selfreport: '/reports/', letter: '/letters/', permit: '/permits/', risk_event: '/risk/events/', performance_task: '/performance/tasks/' }
  return pages[noun] ? `${pages[noun]}${id}` : ''
}
