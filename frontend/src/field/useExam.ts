import { computed, onBeforeUnmount, ref, shallowRef } from 'vue'
import { asProblem } from '@/api/problem'
import { sentenceOf } from '@/parts/say'
import type { ExamDesk, Given, Sitting } from './examServer'

/** What of an exam has not reached the server, kept through a reload and a dead network. */
export interface Unsent { place: number; answers: Record<number, number[]> }

const PREFIX = 'anbiao.exam.'

export function readUnsent(id: string): Unsent {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFIX + id) ?? '') as Unsent
    return { place: kept.place || 0, answers: kept.answers ?? {} }
  } catch {
    return { place: 0, answers: {} }
  }
}

function keepUnsent(id: string, unsent: Unsent): void {
  localStorage.setItem(PREFIX + id, JSON.stringify(unsent))
}

/** The next choice when an option is pressed: one of several replaces, of many toggles. */
export function pressed(kind: string, choice: number[], option: number): number[] {
  if (kind !== 'multiple') return [option]
  return choice.includes(option) ? choice.filter((one) => one !== option) : [...choice, option].sort((a, b) => a - b)
}

/** mm:ss; never below nothing. */
export function clock(seconds: number): string {
  const left = Math.max(0, Math.floor(seconds))
  return `${String(Math.floor(left / 60)).padStart(2, '0')}:${String(left % 60).padStart(2, '0')}`
}

const RETRY_MS = 4000

/**
 * An exam on the phone: every answer is kept here at once and sent soon; without network it is sent when that is back.
 * The server's clock ends it.
 */
export function useExam(desk: ExamDesk) {
  const sitting = shallowRef<Sitting>()
  const choices = ref<Record<number, number[]>>({})
  const place = ref(0)
  const wrong = ref('')
  const offline = ref(false)
  const handing = ref(false)
  const left = ref(0)
  let unsent: Unsent = { place: 0, answers: {} }
  let offset = 0
  let away = 0
  let hidden = 0
  let sending = false
  let timer = 0
  let retry = 0

  const running = computed(() => sitting.value?.state === 'running')
  const answered = computed(() => Object.values(choices.value).filter((choice) => choice.length).length)

  function take(fresh: Sitting): void {
    sitting.value = fresh
    offset = Date.parse(fresh.now) - Date.now()
    const all: Record<number, number[]> = {}
    fresh.questions.forEach((question, n) => (all[n] = question.choice))
    if (fresh.state === 'running') Object.assign(all, unsent.answers)
    else localStorage.removeItem(PREFIX + fresh.id)
    choices.value = all
    tick()
  }

  async function load(): Promise<void> {
    wrong.value = ''
    try {
      const fresh = await desk.open()
      unsent = readUnsent(fresh.id)
      place.value = Math.min(unsent.place, fresh.questions.length - 1)
      take(fresh)
      if (fresh.state === 'running') void send()
    } catch (error) {
      wrong.value = sentenceOf(error)
    }
  }

  function tick(): void {
    if (!sitting.value || sitting.value.state !== 'running') return
    left.value = (Date.parse(sitting.value.endsAt) - Date.now() - offset) / 1000
    if (left.value <= 0 && !handing.value) void hand()
  }

  function go(n: number): void {
    place.value = n
    unsent.place = n
    if (sitting.value) keepUnsent(sitting.value.id, unsent)
  }

  function press(option: number): void {
    if (!sitting.value || !running.value) return
    const n = place.value
    const question = sitting.value.questions[n]
    if (!question) return
    const choice = pressed(question.kind, choices.value[n] ?? [], option)
    choices.value = { ...choices.value, [n]: choice }
    unsent.answers[n] = choice
    keepUnsent(sitting.value.id, unsent)
    void send()
  }

  const pending = (): Given[] => Object.entries(unsent.answers).map(([n, choice]) => ({ n: Number(n), choice }))

  /** Sends what is unsent; what was pressed meanwhile goes with the next. */
  async function send(): Promise<void> {
    if (sending || !sitting.value || !running.value) return
    const answers = pending()
    if (!answers.length) return
    sending = true
    try {
      const kept = await desk.save({ answers, ...(away ? { awaySeconds: away } : {}) })
      offline.value = false
      offset = Date.parse(kept.now) - Date.now()
      for (const { n, choice } of answers) if (String(unsent.answers[n]) === String(choice)) delete unsent.answers[n]
      keepUnsent(sitting.value.id, unsent)
      if (kept.state === 'ended') take(await desk.open())
    } catch (error) {
      const { status } = asProblem(error)
      offline.value = status === 0 || status >= 500
      if (!offline.value) wrong.value = sentenceOf(error)
    } finally {
      sending = false
    }
    if (pending().length && !offline.value && !wrong.value) void send()
  }

  async function hand(): Promise<void> {
    if (handing.value || !running.value) return
    handing.value = true
    wrong.value = ''
    try {
      take(await desk.hand({ answers: pending(), ...(away ? { awaySeconds: away } : {}) }))
      offline.value = false
    } catch (error) {
      const { status } = asProblem(error)
      offline.value = status === 0 || status >= 500
      wrong.value = sentenceOf(error)
    } finally {
      handing.value = false
    }
  }

  function seen(): void {
    if (document.hidden) hidden = Date.now()
    else if (hidden) {
      away += Math.round((Date.now() - hidden) / 1000)
      hidden = 0
      void send()
    }
  }

  const online = (): void => void send()
  timer = window.setInterval(tick, 1000)
  retry = window.setInterval(online, RETRY_MS)
  document.addEventListener('visibilitychange', seen)
  window.addEventListener('online', online)
  onBeforeUnmount(() => {
    window.clearInterval(timer)
    window.clearInterval(retry)
    document.removeEventListener('visibilitychange', seen)
    window.removeEventListener('online', online)
  })
  void load()
  return { sitting, choices, place, wrong, offline, handing, left, running, answered, load, go, press, hand }
}
