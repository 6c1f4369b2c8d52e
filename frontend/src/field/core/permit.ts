import type { Schema } from '@/api/client'
import type { Gas, Kind, Permit, PermitForm, PermitItem, Person } from '../permitServer'
import { SIGNATURE } from './check'
import { decimalOf, within } from './decimal'
import type { DeedContent, DeedName, PermitContent } from './shelf'

export type PermitState = Permit['state']

/** Slot of the photos of a step. */
export const SHOTS = ''

/** A moment of Shanghai as a datetime field holds it: YYYY-MM-DDTHH:mm. */
export function localTime(at: Date): string {
  return new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 16)
}

/** The moment a datetime field says, RFC 3339; '' where it says none. */
export function momentOf(local: string): string {
  const at = new Date(`${local}:00+08:00`)
  return Number.isNaN(at.getTime()) ? '' : at.toISOString()
}

/** A new request: from now on, for half a shift. */
export function newRequest(work: string, now: Date = new Date()): PermitContent {
  const from = new Date(Math.floor(now.getTime() / 300_000) * 300_000)
  return {
    kind: 'permit', permitId: '', work, level: '', place: '', pointId: '', pointName: '', explosive: false, content: '', hazards: '', details: {},
    from: localTime(from), until: localTime(new Date(from.getTime() + 4 * 3_600_000)), crew: [], watcherId: '', watcherName: '', lapsed: false, at: '', offline: false,
  }
}

/** A request as it stands, to be changed before it is approved. */
export function requestOf(permit: Permit): PermitContent {
  return {
    ...newRequest(permit.kind), permitId: permit.id, level: permit.level, place: permit.place, pointId: permit.pointId ?? '', content: permit.content, hazards: permit.hazards,
    details: Object.fromEntries(permit.details.map(({ key, value }) => [key, value])), from: localTime(new Date(permit.fromAt)), until: localTime(new Date(permit.untilAt)),
    crew: permit.crew.map(({ staffId = '', name, firm = '', cardUntil = '' }) => ({ staffId, name, firm, cardUntil })), watcherId: permit.watcherId ?? '', watcherName: permit.watcherName,
  }
}

/** A step that is about to be done. */
export function newDeed(permit: Pick<Permit, 'id' | 'kind' | 'untilAt'>, deed: DeedName, form: PermitForm | undefined, explosive: boolean): DeedContent {
  return {
    kind: 'deed', permitId: permit.id, deed, work: permit.kind, explosive, note: '', reason: '', answers: {}, readings: {}, spot: '',
    until: localTime(new Date(permit.untilAt)), present: false, onSite: false, clear: false, quiet: form?.quietMinutes ? String(form.quietMinutes) : '', at: '', offline: false, position: null,
  }
}

/** The items that a step asks. */
export function itemsFor(form: PermitForm | undefined, deed: DeedName): PermitItem[] {
  return (form?.items ?? []).filter(({ phase }) => phase === deed)
}

/** The gases that a step measures. */
export function gasesFor(form: PermitForm | undefined, deed: DeedName): Gas[] {
  return ['start', 'resume', 'readings'].includes(deed) ? (form?.gases ?? []) : []
}

/** Whether a reading is out of its limits; undefined where it is no number. */
export function outside({ unit, min, max }: Gas, typed: string | undefined): boolean | undefined {
  const value = decimalOf(typed)
  if (value === undefined || value.startsWith('-')) return undefined
  return !within({ unit, min, max }, value)
}

/** Gases that must be measured now: each that is required, and one of each group; those measured lately are done. */
export function unmeasured(form: PermitForm, { readings, answers }: Pick<DeedContent, 'readings' | 'answers'>, fresh: readonly string[]): Gas[] {
  if (form.gasAsked !== 'always' || answers[form.gasItem]?.result === 'na') return []
  const has = (gas: Gas): boolean => outside(gas, readings[gas.key]) !== undefined || (!readings[gas.key] && fresh.includes(gas.key))
  return form.gases.filter((gas) => !has(gas) && (gas.required || (gas.group !== '' && !form.gases.some((other) => other.group === gas.group && has(other)))))
}

/** What a step still lacks, as the key of its text; '' when it can be sent. */
export function deedLack(deed: DeedContent, form: PermitForm | undefined, fresh: readonly string[], photos: number, signed: boolean): string {
  const items = itemsFor(form, deed.deed)
  const measured = gasesFor(form, deed.deed)
  if (items.some(({ code }) => !deed.answers[code])) return 'items'
  if (items.some(({ code }) => deed.answers[code]?.result !== 'pass' && !deed.answers[code]?.note.trim())) return 'itemNote'
  if (items.some(({ code }) => deed.answers[code]?.result === 'fail')) return 'failed'
  if (measured.some(({ key }) => (deed.readings[key] ?? '').trim() && decimalOf(deed.readings[key]) === undefined)) return 'number'
  switch (deed.deed) {
    case 'start':
    case 'resume':
      if (form && unmeasured(form, deed, fresh).length) return 'gas'
      if (measured.some((gas) => outside(gas, deed.readings[gas.key]))) return 'gasOut'
      return deed.present ? '' : 'watcher'
    case 'readings':
      return readingsOf(deed).length ? '' : 'reading'
    case 'approve':
    case 'extend':
      return deed.onSite ? (signed ? '' : 'signature') : 'onSite'
    case 'close':
      if (!deed.clear) return 'clear'
      if (form?.quietMinutes && Number(deed.quiet) < form.quietMinutes) return 'quiet'
      if (photos === 0 && !deed.explosive) return 'photo'
      return signed ? '' : 'signature'
    default:
      return deed.reason.trim().length > 1 ? '' : 'reason'
  }
}

/** Whether somebody may do a part of the work today. */
export function fits(person: Person, role: 'worker' | 'watcher'): boolean {
  return role === 'worker' ? person.worker : person.watcher
}

/** What a request still lacks, as the key of its text; '' when it can be sent. */
export function requestLack(content: PermitContent, form: PermitForm | undefined): string {
  if (!content.place.trim()) return 'place'
  if (!content.content.trim()) return 'content'
  if ((form?.levels.length ?? 0) > 1 && !form?.measure && !content.level) return 'level'
  if (form?.fields.some(({ key, required, number }) => (required && !content.details[key]?.trim()) || (number && content.details[key] && !decimalOf(content.details[key])))) return 'details'
  const [from, until] = [momentOf(content.from), momentOf(content.until)]
  if (!from || !until || from >= until) return 'times'
  if (!content.crew.length) return 'crew'
  return content.watcherId ? '' : 'watcher'
}

/** The request as the server takes it. */
export function requestBody(clientId: string, content: PermitContent): Schema<'PermitRequestForm'> {
  const details = Object.entries(content.details).filter(([, value]) => value.trim())
  return {
    clientId, at: content.at, offline: content.offline, kind: content.work as Kind, place: content.place.trim(), content: content.content.trim(),
    ...(content.level ? { level: content.level } : {}), ...(content.pointId ? { pointId: content.pointId } : {}), ...(content.hazards.trim() ? { hazards: content.hazards.trim() } : {}),
    details: details.map(([key, value]) => ({ key, value: decimalOf(value) ?? value.trim() })),
    fromAt: momentOf(content.from), untilAt: momentOf(content.until), watcherId: content.watcherId,
    crew: content.crew.map(({ staffId, name, firm, cardUntil }) => (staffId ? { staffId } : { name, firm, ...(cardUntil ? { cardUntil } : {}) })),
  }
}

/** The readings of a step as the server takes them. */
export function readingsOf({ readings, spot }: DeedContent): Schema<'PermitReading'>[] {
  return Object.entries(readings).flatMap(([gas, typed]) => {
    const value = decimalOf(typed)
    return value === undefined ? [] : [{ gas, value, ...(spot.trim() ? { place: spot.trim() } : {}) }]
  })
}

/** What every step carries; the answers only where the step has items. */
export function deedBody(clientId: string, content: DeedContent, photos: Record<string, string[]>): Omit<Schema<'PermitApproveForm'>, 'onSite'> {
  const signature = photos[SIGNATURE]?.at(-1)
  const shots = photos[SHOTS] ?? []
  const answers = Object.entries(content.answers).map(([code, { result, note }]) => ({ code, result, ...(note.trim() ? { note: note.trim() } : {}) }))
  return {
    clientId, at: content.at, offline: content.offline,
    ...(content.note.trim() ? { note: content.note.trim() } : {}), ...(shots.length ? { photos: shots } : {}), ...(signature ? { signature } : {}), ...(content.position ?? {}),
    ...(['approve', 'start', 'resume', 'close'].includes(content.deed) ? { answers } : {}),
  }
}

const AFTER: Partial<Record<DeedName, PermitState>> = { approve: 'approved', refuse: 'refused', start: 'open', suspend: 'suspended', resume: 'open', close: 'closed', cancel: 'cancelled' }
const NEXT: Partial<Record<PermitState, DeedName[]>> = { approved: ['start', 'cancel'], open: ['readings', 'suspend', 'close'], suspended: ['readings', 'resume', 'close'] }

/** Where a permit stands once what waits in this phone is there, and what may be done then. */
export function standing(permit: Pick<Permit, 'state' | 'may'>, waiting: readonly DeedContent[]): { state: PermitState; may: DeedName[] } {
  const named: Record<string, DeedName> = { read: 'readings' }
  const may = permit.may.map((event) => named[event] ?? (event as DeedName))
  if (!waiting.length) return { state: permit.state, may }
  const state = waiting.reduce<PermitState>((at, { deed }) => AFTER[deed] ?? at, permit.state)
  return { state, may: state === permit.state ? may : (NEXT[state] ?? []) }
}
