import { ref, type Ref } from 'vue'
import { newKey } from '@/api/client'
import { ApiError } from '@/api/problem'

/** One thing a person wants done, however often the button is pressed or the network fails. */
export interface Intent {
  busy: Ref<boolean>
  /**
   * Sends once at a time: a second press while busy is dropped (undefined). The same content keeps its
   * idempotency key until the server has answered, so a retry after a lost answer cannot do it twice.
   */
  run<T>(content: unknown, send: (key: string) => Promise<T>): Promise<T | undefined>
}

export function useIntent(): Intent {
  const busy = ref(false)
  let key = newKey()
  let sent: string | undefined

  async function run<T>(content: unknown, send: (key: string) => Promise<T>): Promise<T | undefined> {
    if (busy.value) return undefined
    const now = JSON.stringify(content ?? null)
    if (sent !== undefined && sent !== now) key = newKey()
    sent = now
    busy.value = true
    try {
      const answer = await send(key)
      key = newKey()
      sent = undefined
      return answer
    } catch (error) {
      if (error instanceof ApiError && error.refused) {
        key = newKey()
        sent = undefined
      }
      throw error
    } finally {
      busy.value = false
    }
  }

  return { busy, run }
}
