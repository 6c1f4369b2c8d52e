import { today } from '@/parts/format'
import type { Asked, Form, Submission, Task } from '../server'
import { decimalOf, within } from './decimal'
import type { Answer, CheckContent, Stop } from './shelf'

/** What an answer still lacks before the check can be sent. */
export type Lack = 'answer' | 'note' | 'photo' | 'reason' | 'value'

/** Slot of the signature among a check's photos. */
export const SIGNATURE = '#signature'

/** What a check needs to know of its task. */
export type TaskBrief = Pick<Task, 'id' | 'items'> & Partial<Pick<Task, 'sign' | 'byException'>>

/** An item of a check, at its point. */
export interface Entry {
  /** Names its answer and its photos. */
  key: string
  ask: Asked
  pointId: string
  /** At a point with an explosive atmosphere nothing is photographed. */
  unseen: boolean
}

/** A new check of one point or a route. Day, moment and texts are frozen here, whatever happens to the phone's clock or the standard later. */
export function newCheck(forms: Form[], task: TaskBrief | undefined, now: Date = new Date()): CheckContent {
  const startedAt = now.toISOString()
  return {
    kind: 'check',
    form: forms[0]!,
    taskId: task?.id ?? '',
    only: task?.items ?? [],
    ...(forms.length > 1 ? { stops: forms.map((form, n) => ({ form, reachedAt: n === 0 || task?.byException ? startedAt : '' })) } : {}),
    ...(task?.byException ? { byException: true } : {}),
    ...(task?.sign ? { sign: true } : {}),
    startedOn: today(now),
    startedAt,
    finishedAt: '',
    position: null,
    answers: {},
  }
}

/** The points of a check in order; one, where it is no route. */
export function stopsOf(check: CheckContent): Stop[] {
  return check.stops ?? [{ form: check.form, reachedAt: check.startedAt }]
}

/** The items this check asks at one of its points, in order. */
export function entriesAt(check: CheckContent, { form }: Stop): Entry[] {
  const { id: pointId, explosive } = form.point
  const asks = check.only.length ? form.asks.filter((ask) => check.only.includes(ask.code)) : form.asks
  return asks.map((ask) => ({ key: check.stops ? `${pointId}/${ask.code}` : ask.code, ask, pointId, unseen: Boolean(explosive) }))
}

/** All items this check asks, in order. */
export function entriesOf(check: CheckContent): Entry[] {
  return stopsOf(check).flatMap((stop) => entriesAt(check, stop))
}

/** True when the person has to sign it. */
export function signs(check: CheckContent): boolean {
  return Boolean(check.sign) || stopsOf(check).some(({ form }) => form.point.sign)
}

/** The first thing an item lacks, or undefined when it is complete. */
export function lack({ ask, unseen }: Pick<Entry, 'ask' | 'unseen'>, answer: Answer | undefined, photos: number): Lack | undefined {
  if (!answer) return 'answer'
  const blank = answer.note.trim() === ''
  if (answer.result === 'na') return ask.mustReason && blank ? 'reason' : undefined
  if (ask.limit && !decimalOf(answer.measured)) return 'value'
  if (photos === 0 && !unseen && (ask.photoAlways || (answer.result === 'fail' && ask.mustPhoto))) return 'photo'
  return answer.result === 'fail' && blank ? 'note' : undefined
}

export interface Progress {
  done: number
  total: number
  failed: number
  /** Key of the first item that is not complete; '' when the check can be sent. */
  next: string
}

/** How far some items of a check have come. `photos` counts them by key. On a team card an item without answer is as it should be. */
export function progressOf(check: CheckContent, entries: Entry[], photos: Record<string, number>): Progress {
  const open = entries.filter((entry) => {
    const answer = check.answers[entry.key]
    return !(check.byException && !answer) && lack(entry, answer, photos[entry.key] ?? 0)
  })
  const failed = entries.filter(({ key }) => check.answers[key]?.result === 'fail').length
  return { done: entries.length - open.length, total: entries.length, failed, next: open[0]?.key ?? '' }
}

/** How far the check has come. */
export function progress(check: CheckContent, photos: Record<string, number>): Progress {
  return progressOf(check, entriesOf(check), photos)
}

/** What has to be done before 其余合格 (rest is fine) may be pressed: the items that need a photo or a value whatever the answer. */
export function beforeRest(check: CheckContent, entries: Entry[], photos: Record<string, number>): Entry[] {
  return entries.filter(({ key, ask, unseen }) => {
    const answer = check.answers[key]
    if (answer?.result === 'na') return false
    return (ask.photoAlways && !unseen && !photos[key]) || (ask.limit !== undefined && !decimalOf(answer?.measured))
  })
}

/**
 * The answer that follows from what is typed as a measured value: outside the range it fails by itself, with `outside` saying
 * so as its note; back within the range it passes, unless the person has written what is wrong. Undefined: no answer yet.
 */
export function measuredAnswer(ask: Asked, before: Answer | undefined, typed: string, outside: (value: string) => string): Answer | undefined {
  const value = decimalOf(typed)
  if (!value || !ask.limit) return before && { ...before, measured: typed }
  const old = decimalOf(before?.measured)
  const bySelf = !before || before.result === 'pass' || (old !== undefined && before.note === outside(old)) || before.note === ''
  const note = before && !(old !== undefined && before.note === outside(old)) ? before.note : ''
  if (!within(ask.limit, value)) return { ...before, result: 'fail', note: note || outside(value), measured: value }
  return { ...before, result: bySelf ? 'pass' : before.result, note, measured: value }
}

function answerOf(check: CheckContent, { key, ask, pointId }: Entry, photos: string[]): Submission['answers'][number] {
  const answer = check.answers[key]!
  const { result, rest, after, ownerId, dueOn } = answer
  const note = result === 'pass' ? '' : answer.note.trim()
  const measured = ask.limit && result !== 'na' ? decimalOf(answer.measured) : undefined
  const ids = result === 'fail' || (ask.photoAlways && result === 'pass') ? photos : []
  return {
    code: ask.code,
    result,
    ...(check.stops ? { pointId } : {}),
    ...(note ? { note } : {}),
    ...(measured ? { measured } : {}),
    ...(ids.length ? { photos: ids } : {}),
    ...(rest && result === 'pass' ? { rest } : {}),
    ...(after === undefined || check.paper ? {} : { after }),
    ...(result === 'fail' && ownerId ? { ownerId } : {}),
    ...(result === 'fail' && dueOn ? { dueOn } : {}),
  }
}

/** The check as the server takes it. `photos` holds the uploaded ids by key. */
export function submission(clientId: string, check: CheckContent, photos: Record<string, string[]>): Submission {
  const entries = entriesOf(check).filter(({ key }) => !check.byException || (check.answers[key] && check.answers[key].result !== 'pass'))
  const signature = photos[SIGNATURE]?.at(-1)
  const { clockMs, restAt, byException, paper, stops } = check
  return {
    clientId,
    startedOn: check.startedOn,
    startedAt: check.startedAt,
    finishedAt: check.finishedAt,
    pointId: check.form.point.id,
    standardId: check.form.standardId,
    ...(check.taskId ? { taskId: check.taskId } : {}),
    ...(check.position ?? {}),
    ...(clockMs === undefined ? {} : { clockMs }),
    ...(stops ? { route: stops.map(({ form }) => form.point.id) } : {}),
    ...(byException ? { byException } : {}),
    ...(paper ? { paper } : {}),
    ...(restAt ? { restAt } : {}),
    ...(signature ? { signature } : {}),
    answers: entries.map((entry) => answerOf(check, entry, photos[entry.key] ?? [])),
  }
}

/** The clause that is shown with a suggested level: what makes it major, else the first basis. */
export function clauseOf(ask: Asked): string {
  const clause = ask.majorBasis[0] ?? ask.basis[0]
  return clause ? [clause.ref, clause.clause].filter(Boolean).join(' ') : ''
}
