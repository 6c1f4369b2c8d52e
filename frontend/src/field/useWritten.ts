import { onBeforeUnmount, ref, watch, type Ref } from 'vue'
import { keep } from './core/kept'
import { shelf } from './core/shelf'
import { useMe } from './useMe'
import type { Visit, Written } from './visitServer'

/** What an officer writes down of an inspection: kept on the phone from the first letter on, until it is sent. */
export function useWritten(id: string): { written: Ref<Written | undefined>; changed: Ref<boolean>; begin(visit: Visit): Promise<void>; sent(): Promise<void> } {
  const key = useMe().keyOf(`visit-written:${id}`)
  const written = ref<Written>()
  const changed = ref(false)

  async function begin(visit: Visit): Promise<void> {
    if (written.value) return
    const own = (await shelf.kept.get(key))?.data as Written | undefined
    changed.value = own !== undefined
    written.value = own ?? { place: visit.place, situation: visit.situation, firmPerson: visit.firmPerson, firmPost: visit.firmPost, items: visit.items.map((item) => ({ ...item })) }
  }

  async function sent(): Promise<void> {
    changed.value = false
    await shelf.kept.delete(key)
  }

  const stop = watch(
    written,
    (now, was) => {
      if (!now || !was) return
      changed.value = true
      void keep({ key, at: new Date().toISOString(), data: now })
    },
    { deep: true },
  )
  onBeforeUnmount(stop)
  return { written, changed, begin, sent }
}
