import { liveQuery } from 'dexie'
import { computed, onBeforeUnmount, ref, shallowRef, toRaw } from 'vue'
import { asProblem } from '@/api/problem'
import { sentence } from '@/parts/say'
import { asked, newCheck, progress, type Progress } from './core/check'
import { known } from './core/kept'
import type { Outcome } from './core/queue'
import { shelf, type Answer, type CheckContent, type Parcel } from './core/shelf'
import { readForm, readWork, scan, type Form, type Task } from './server'
import { useMe } from './useMe'
import { useQueue } from './useQueue'

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
  const items = computed(() => (check.value ? asked(check.value) : []))
  const at = computed(() => (check.value ? progress(check.value, counts.value) : NOWHERE))
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

  async function form(): Promise<{ form: Form; task?: Task }> {
    if (way.taskId) {
      const task = (await tasks()).find((one) => one.id === way.taskId)
      if (!task) throw new Gone()
      const read = await known(me.keyOf(`form:${task.publicId}`), () => readForm(task.pointId))
      return { form: read.data, task }
    }
    const publicId = way.publicId ?? ''
    const read = await known(me.keyOf(`form:${publicId}`), () => scan({ publicId }))
    // Who stands before the point does the task he has there.
    const task = (await tasks().catch((): Task[] => [])).find((one) => one.pointId === read.data.point.id)
    return { form: read.data, task }
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
      const source = await form()
      const old = await begun(source.form.point.id, source.task?.id ?? '')
      take(old ?? (await queue.draft(source.form.point.name, newCheck(source.form, source.task))))
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

  function answer(code: string, value: Answer): void {
    if (!check.value || !editable.value) return
    check.value.answers[code] = value
    void keep()
  }

  const editable = computed(() => parcel.value?.state === 'draft' || parcel.value?.state === 'refused')

  /** Submits once, however often it is pressed. The end of the check is noted here and kept for every later attempt. */
  async function submit(): Promise<void> {
    if (busy.value || !parcel.value || !check.value || at.value.next) return
    busy.value = true
    try {
      check.value.position = await position()
      check.value.finishedAt = new Date().toISOString()
      await writing
      outcome.value = await queue.submit(parcel.value.id, structuredClone(plain(check.value)!))
      parcel.value = await shelf.parcels.get(parcel.value.id)
    } finally {
      busy.value = false
    }
  }

  async function discard(): Promise<void> {
    if (parcel.value) await queue.discard(parcel.value.id)
  }

  onBeforeUnmount(() => watching.unsubscribe())
  void open()
  return { state, failure, parcel, check, items, at, counts, busy, outcome, editable, open, answer, submit, discard }
}

class Gone extends Error {}

// Vue's proxies cannot be cloned into IndexedDB.
function plain(check: CheckContent | undefined): CheckContent | undefined {
  return check && (JSON.parse(JSON.stringify(toRaw(check))) as CheckContent)
}

/** Where the phone is; null where it does not say so within a few seconds. Never a reason not to submit. */
function position(): Promise<CheckContent['position']> {
  return new Promise((done) => {
    if (!navigator.geolocation) return done(null)
    const give = setTimeout(() => done(null), 6_000)
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        clearTimeout(give)
        done({ longitude: Number(coords.longitude.toFixed(6)), latitude: Number(coords.latitude.toFixed(6)) })
      },
      () => {
        clearTimeout(give)
        done(null)
      },
      { timeout: 5_000, maximumAge: 60_000 },
    )
  })
}
