import { liveQuery } from 'dexie'
import { computed, onBeforeUnmount, ref, shallowRef, toRaw } from 'vue'
import { asProblem } from '@/api/problem'
import { sentence } from '@/parts/say'
import { beforeRest, entriesAt, entriesOf, newCheck, progress, progressOf, signs, stopsOf, type Entry, type Progress } from './core/check'
import { clockOffsetMs } from './core/net'
import { known } from './core/kept'
import { phrasesFor, type Said } from './core/phrases'
import type { Outcome } from './core/queue'
import { shelf, type Answer, type CheckContent, type Parcel } from './core/shelf'
import { readWork, type Form, type Suggestions, type Task } from './server'
import { formOf, formsOf, suggestionsAt } from './useForms'
import { useMe } from './useMe'
import { position } from './usePosition'
import { useQueue } from './useQueue'
import { readSaid, remember } from './useSaid'

/** What leads to a check: a point's QR label, a task, or a draft that was begun. */
export interface Way {
  publicId?: string
  taskId?: string
  draftId?: string
}

const NOWHERE: Progress = { done: 0, total: 0, failed: 0, next: '' }

/** One check on the phone: opens or resumes its draft, keeps every answer at once, and submits it. */
export function useCheck(way: Way) {
  const me = useMe()
  const queue = useQueue()
  const state = ref<'loading' | 'open' | 'gone' | 'failed'>('loading')
  const failure = ref('')
  const parcel = shallowRef<Parcel>()
  const check = ref<CheckContent>()
  const counts = ref<Record<string, number>>({})
  const busy = ref(false)
  const outcome = ref<Outcome>()
  /** Version of the standard in force, where it is newer than the one the draft was begun with. */
  const newer = ref(0)
  const taskName = ref('')
  const proposals = ref<Record<string, Suggestions>>({})
  const said = shallowRef<Said>({})
  const stops = computed(() => (check.value ? stopsOf(check.value) : []))
  const items = computed(() => (check.value ? entriesOf(check.value) : []))
  const at = computed(() => (check.value ? progress(check.value, counts.value) : NOWHERE))
  const signing = computed(() => check.value !== undefined && signs(check.value))
  const following = liveQuery(async () => (parcel.value ? shelf.photos.where('parcelId').equals(parcel.value.id).toArray() : []))
  let watching = { unsubscribe(): void {} }

  function take(found: Parcel): void {
    parcel.value = found
    check.value = structuredClone(found.content) as CheckContent
    watching.unsubscribe()
    watching = following.subscribe((photos) => {
      const next: Record<string, number> = {}
      for (const { slot } of photos) next[slot] = (next[slot] ?? 0) + 1
      counts.value = next
    })
    state.value = 'open'
    void propose()
  }

  // Who answers for what fails, and what is usually said about it: nice to have, never waited for.
  async function propose(): Promise<void> {
    said.value = await readSaid()
    for (const { form } of stops.value) {
      const found = await suggestionsAt(form.point.id)
      if (found) proposals.value[form.point.id] = found
    }
  }

  async function begun(pointId: string, taskId: string): Promise<Parcel | undefined> {
    const mine = await shelf.parcels.where('[personId+membershipId]').equals([me.personId, me.membershipId]).toArray()
    // A task is done once; a point without one may be checked again while the last check still waits for the network.
    const open = ({ state: is }: Parcel): boolean => is === 'draft' || is === 'refused' || (is === 'waiting' && taskId !== '')
    return mine.find((one) => open(one) && one.content.kind === 'check' && one.content.form.point.id === pointId && one.content.taskId === taskId)
  }

  async function tasks(): Promise<Task[]> {
    if (!me.can('inspection.work.read')) return []
    const { data } = await known(me.keyOf('work'), readWork)
    return [...data.overdue, ...data.today]
  }

  async function source(): Promise<{ forms: Form[]; task?: Task }> {
    if (way.taskId) {
      const task = (await tasks()).find((one) => one.id === way.taskId)
      if (!task) throw new Gone()
      return { forms: await formsOf(task), task }
    }
    const form = await formOf(way.publicId ?? '')
    // Who stands before the point does the task he has there.
    const task = (await tasks().catch((): Task[] => [])).find((one) => one.pointId === form.point.id)
    if (!task || task.route.length < 2) return { forms: [form], task }
    return { forms: await formsOf(task), task }
  }

  async function open(): Promise<void> {
    state.value = 'loading'
    try {
      if (way.draftId) {
        const found = await shelf.parcels.get(way.draftId)
        if (!found || found.personId !== me.personId || found.content.kind !== 'check') state.value = 'gone'
        else take(found)
        return
      }
      const { forms, task } = await source()
      const first = forms[0]!
      taskName.value = task?.title ?? ''
      const old = await begun(first.point.id, task?.id ?? '')
      // The draft keeps the texts it was begun with, whatever the standard says now.
      if (old?.content.kind === 'check' && old.state !== 'waiting' && old.content.form.standardId !== first.standardId) newer.value = first.version
      take(old ?? (await queue.draft(task?.title || first.point.name, newCheck(forms, task))))
    } catch (error) {
      state.value = error instanceof Gone ? 'gone' : 'failed'
      failure.value = error instanceof Gone ? '' : sentence(asProblem(error))
    }
  }

  // One write after the other, so that the last answer is the one that stays.
  let writing: Promise<unknown> = Promise.resolve()
  function keep(): Promise<unknown> {
    const id = parcel.value?.id
    const content = structuredClone(plain(check.value))
    if (!id || !content) return writing
    writing = writing.then(() => shelf.parcels.update(id, { content, changedAt: new Date().toISOString() }))
    return writing
  }

  /** Changes the draft and keeps it at once. */
  function change(how: (content: CheckContent) => void): void {
    if (!check.value || !editable.value) return
    how(check.value)
    void keep()
  }

  function answer(entry: Entry, value: Answer | undefined): void {
    change((content) => {
      const before = content.answers[entry.key]
      if (!value) return void delete content.answers[entry.key]
      const given = before?.result === value.result && before.after !== undefined ? before.after : seconds(content)
      const next: Answer = { ...value, rest: value.rest && value.result === 'pass' ? true : undefined, after: given }
      content.answers[entry.key] = value.result === 'fail' && before?.result !== 'fail' ? { ...proposed(entry, content), ...next } : next
    })
  }

  function seconds(content: CheckContent): number {
    return Math.max(0, Math.round((Date.now() - Date.parse(content.startedAt)) / 1000))
  }

  function proposed({ pointId, ask }: Entry, content: CheckContent): Pick<Answer, 'ownerId' | 'dueOn'> {
    const found = proposals.value[pointId]?.items.find(({ code }) => code === ask.code)
    if (!found) return {}
    return { ...(found.ownerId ? { ownerId: found.ownerId } : {}), dueOn: new Date(Date.parse(`${content.startedOn}T00:00:00Z`) + found.days * 86_400_000).toISOString().slice(0, 10) }
  }

  /** 其余合格 at one point: what has no answer yet passes. Does nothing while a must-photo item or a value is missing. */
  function rest(entries: Entry[]): void {
    if (!check.value || beforeRest(check.value, entries, counts.value).length) return
    change((content) => {
      content.restAt = new Date().toISOString()
      for (const { key } of entries) content.answers[key] ??= { result: 'pass', note: '', rest: true, after: seconds(content) }
    })
  }

  const editable = computed(() => parcel.value?.state === 'draft' || parcel.value?.state === 'refused')

  /** Submits once, however often it is pressed. The end of the check is noted here and kept for every later attempt. */
  async function submit(): Promise<void> {
    if (busy.value || !parcel.value || !check.value || at.value.next) return
    busy.value = true
    try {
      // Where no phone may be used, none says where it is.
      check.value.position = stops.value.every(({ form }) => form.point.explosive) ? null : await position()
      check.value.finishedAt = new Date().toISOString()
      check.value.clockMs = clockOffsetMs.value
      await writing
      const failed = items.value.map(({ key, ask }) => ({ code: ask.code, answer: check.value!.answers[key] }))
      outcome.value = await queue.submit(parcel.value.id, structuredClone(plain(check.value)!))
      parcel.value = await shelf.parcels.get(parcel.value.id)
      await remember(failed.flatMap(({ code, answer: is }) => (is?.result === 'fail' ? [{ code, note: is.note }] : [])))
    } finally {
      busy.value = false
    }
  }

  async function discard(): Promise<void> {
    if (parcel.value) await queue.discard(parcel.value.id)
  }

  const phrases = (entry: Entry): string[] => phrasesFor(said.value, entry.ask.code, entry.ask.phrases)
  const atStop = (n: number): Entry[] => (check.value && stops.value[n] ? entriesAt(check.value, stops.value[n]) : [])
  const progressAt = (n: number): Progress => (check.value ? progressOf(check.value, atStop(n), counts.value) : NOWHERE)

  onBeforeUnmount(() => watching.unsubscribe())
  void open()
  return { state, failure, parcel, check, stops, items, at, counts, busy, outcome, newer, taskName, proposals, signing, editable, open, change, answer, rest, submit, discard, phrases, atStop, progressAt }
}

export type CheckUse = ReturnType<typeof useCheck>

class Gone extends Error {}

// Vue's proxies cannot be cloned into IndexedDB.
function plain(check: CheckContent | undefined): CheckContent | undefined {
  return check && (JSON.parse(JSON.stringify(toRaw(check))) as CheckContent)
}
