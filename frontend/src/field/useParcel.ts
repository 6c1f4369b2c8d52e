import { onBeforeUnmount, ref, shallowRef, watch, type Ref } from 'vue'
import type { Outcome } from './core/queue'
import { shelf, type Content, type Parcel } from './core/shelf'
import { useQueue } from './useQueue'

/** A short form kept as a draft from its first letter on. `find` resumes an unfinished one; `make` begins anew. */
export function useParcel<C extends Content>(find: () => Promise<Parcel | undefined>, make: () => { title: string; content: C }, title: (content: C) => string) {
  const queue = useQueue()
  const parcel = shallowRef<Parcel>()
  const content = ref() as Ref<C | undefined>
  const busy = ref(false)
  const outcome = ref<Outcome>()
  let writing: Promise<unknown> = Promise.resolve()

  async function open(): Promise<void> {
    const fresh = make()
    const found = (await find()) ?? (await queue.draft(fresh.title, fresh.content))
    parcel.value = found
    content.value = JSON.parse(JSON.stringify(found.content)) as C
  }

  function plain(): C {
    return JSON.parse(JSON.stringify(content.value)) as C
  }

  const stop = watch(
    content,
    () => {
      const id = parcel.value?.id
      if (!id || !content.value) return
      const kept = plain()
      writing = writing.then(() => shelf.parcels.where('id').equals(id).filter(({ state }) => state === 'draft' || state === 'refused').modify({ content: kept, title: title(kept) }))
    },
    { deep: true },
  )
  onBeforeUnmount(stop)

  async function submit(): Promise<void> {
    if (busy.value || !parcel.value || !content.value) return
    busy.value = true
    try {
      await writing
      outcome.value = await queue.submit(parcel.value.id, plain())
      parcel.value = await shelf.parcels.get(parcel.value.id)
    } finally {
      busy.value = false
    }
  }

  async function discard(): Promise<void> {
    await writing
    if (parcel.value) await queue.discard(parcel.value.id)
  }

  const ready = open()
  return { parcel, content, busy, outcome, submit, discard, ready }
}
