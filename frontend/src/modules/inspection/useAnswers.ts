import type { Schema } from '@/api/client'

export type Result = 'pass' | 'fail' | 'na'

/** An answer while it is being written on the desk. */
export interface Draft {
  pointId: string
  code: string
  requirement: string
  limit: string
  result: Result | ''
  note: string
  measured: string
  photos: string[]
  rest: boolean
  after: number
  /** Confirmed with the line of a team card: said only when it is no longer fine. */
  silent: boolean
}

type Told = Pick<Schema<'InspectionToldView'>, 'pointId' | 'code' | 'requirement' | 'limit' | 'result' | 'note' | 'measured' | 'photos' | 'rest' | 'after'>
type Stop = Pick<Schema<'InspectionStopView'>, 'pointId' | 'confirmed'>

/** What a check said, as drafts in the order of its points. */
export function draftsOf(answers: readonly Told[], stops: readonly Stop[]): Draft[] {
  return stops.flatMap((stop) => [
    ...answers.filter((one) => one.pointId === stop.pointId).map((one) => ({ ...one, photos: [...one.photos], silent: false })),
    ...stop.confirmed.map((one) => ({ pointId: stop.pointId, code: one.code, requirement: one.requirement, limit: '', result: 'pass' as const, note: '', measured: '', photos: [], rest: false, after: 0, silent: true })),
  ])
}

/** The drafts as the server takes them. */
export function answersOf(drafts: readonly Draft[]): Schema<'InspectionAnswer'>[] {
  return drafts
    .filter((one) => !one.silent || one.result !== 'pass')
    .map((one) => ({
      pointId: one.pointId,
      code: one.code,
      result: one.result || 'pass',
      ...(one.note.trim() && one.result !== 'pass' ? { note: one.note.trim() } : {}),
      ...(one.measured.trim() ? { measured: one.measured.trim() } : {}),
      ...(one.photos.length ? { photos: one.photos } : {}),
      ...(one.rest && one.result === 'pass' ? { rest: true } : {}),
      ...(one.after ? { after: one.after } : {}),
    }))
}

/** One thing that a correction changed. */
export interface Change {
  id: string
  pointName: string
  code: string
  was: string
  is: string
}

type Seen = Pick<Schema<'InspectionToldView'>, 'pointId' | 'pointName' | 'code' | 'result' | 'note' | 'measured' | 'photos'>

/** What the second version says otherwise than the first; `word` names a result. */
export function changesOf(was: readonly Seen[], is: readonly Seen[], word: (result: Result | 'confirmed') => string): Change[] {
  const key = (one: Seen): string => `${one.pointId}/${one.code}`
  const text = (one?: Seen): string => (one ? [word(one.result), one.measured, one.note, one.photos.length ? `📷${one.photos.length}` : ''].filter(Boolean).join(' · ') : word('confirmed'))
  const before = new Map(was.map((one) => [key(one), one]))
  const after = new Map(is.map((one) => [key(one), one]))
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((id) => ({ id, one: after.get(id) ?? before.get(id)!, was: text(before.get(id)), is: text(after.get(id)) }))
    .filter((row) => row.was !== row.is)
    .map((row) => ({ id: row.id, pointName: row.one.pointName, code: row.one.code, was: row.was, is: row.is }))
}
