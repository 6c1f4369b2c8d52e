import { today } from '@/parts/format'
import type { Asked, Form, Submission } from '../server'
import type { Answer, CheckContent } from './shelf'

/** What an answer still lacks before the check can be sent. */
export type Lack = 'answer' | 'note' | 'photo' | 'reason'

/** A new check of a point. Day, moment and texts are frozen here, whatever happens to the phone's clock or the standard later. */
export function newCheck(form: Form, task: { id: string; items: string[] } | undefined, now: Date = new Date()): CheckContent {
  return {
    kind: 'check',
    form,
    taskId: task?.id ?? '',
    only: task?.items ?? [],
    startedOn: today(now),
    startedAt: now.toISOString(),
    finishedAt: '',
    position: null,
    answers: {},
  }
}

/** The items this check asks, in order. */
export function asked(check: CheckContent): Asked[] {
  if (check.only.length === 0) return check.form.asks
  return check.form.asks.filter((ask) => check.only.includes(ask.code))
}

/** The first thing an item lacks, or undefined when it is complete. */
export function lack(ask: Asked, answer: Answer | undefined, photos: number): Lack | undefined {
  if (!answer) return 'answer'
  const blank = answer.note.trim() === ''
  if (answer.result === 'fail' && ask.mustPhoto && photos === 0) return 'photo'
  if (answer.result === 'fail' && blank) return 'note'
  if (answer.result === 'na' && ask.mustReason && blank) return 'reason'
  return undefined
}

export interface Progress {
  done: number
  total: number
  failed: number
  /** Code of the first item that is not complete; '' when the check can be sent. */
  next: string
}

/** How far the check has come. `photos` counts them by item code. */
export function progress(check: CheckContent, photos: Record<string, number>): Progress {
  const items = asked(check)
  const open = items.filter((ask) => lack(ask, check.answers[ask.code], photos[ask.code] ?? 0))
  const failed = items.filter((ask) => check.answers[ask.code]?.result === 'fail').length
  return { done: items.length - open.length, total: items.length, failed, next: open[0]?.code ?? '' }
}

/** The check as the server takes it. `photos` holds the uploaded ids by item code. */
export function submission(clientId: string, check: CheckContent, photos: Record<string, string[]>): Submission {
  const answers = asked(check).map((ask) => {
    const answer = check.answers[ask.code]!
    const note = answer.result === 'pass' ? '' : answer.note.trim()
    const ids = answer.result === 'fail' ? (photos[ask.code] ?? []) : []
    return { code: ask.code, result: answer.result, ...(note ? { note } : {}), ...(ids.length ? { photos: ids } : {}) }
  })
  return {
    clientId,
    startedOn: check.startedOn,
    startedAt: check.startedAt,
    finishedAt: check.finishedAt,
    pointId: check.form.point.id,
    standardId: check.form.standardId,
    ...(check.taskId ? { taskId: check.taskId } : {}),
    ...(check.position ?? {}),
    answers,
  }
}

/** The clause that is shown with a suggested level: what makes it major, else the first basis. */
export function clauseOf(ask: Asked): string {
  const clause = ask.majorBasis[0] ?? ask.basis[0]
  return clause ? [clause.ref, clause.clause].filter(Boolean).join(' ') : ''
}
