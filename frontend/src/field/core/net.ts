import { ref } from 'vue'
import { onAnswer } from '@/api/client'

/** False when the browser says so or the last request reached no server. */
export const online = ref(navigator.onLine)

/** Notes whether a request reached the server. */
export function reached(yes: boolean): void {
  online.value = yes && navigator.onLine
}

addEventListener('online', () => (online.value = true))
addEventListener('offline', () => (online.value = false))

const CLOCK = 'anbiao.field.clock'
const YEAR = 31_536_000_000

function remembered(): number | undefined {
  const kept = Number(localStorage.getItem(CLOCK) ?? NaN)
  return Number.isFinite(kept) ? kept : undefined
}

/**
 * Server time less the phone's, milliseconds, as the last answer told; undefined until one ever came. It is as exact
 * as a second: it tells a clock that was set wrong, not one that runs slow.
 */
export const clockOffsetMs = ref(remembered())

/** Learns from the Date header of an answer that came just now. */
export function learnClock(date: string | null, now: number = Date.now()): void {
  const server = Date.parse(date ?? '')
  if (!Number.isFinite(server)) return
  // The header has whole seconds: half a second is its mean error, and less than two of difference is none.
  const offset = server + 500 - now
  clockOffsetMs.value = Math.max(-YEAR, Math.min(YEAR, Math.abs(offset) < 2_000 ? 0 : Math.round(offset)))
  localStorage.setItem(CLOCK, String(clockOffsetMs.value))
}

onAnswer((answer) => learnClock(answer.headers.get('Date')))
