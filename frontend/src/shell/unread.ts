import { defineStore } from 'pinia'
import { ref } from 'vue'
import { api, body } from '@/api/client'

const PAUSE = 60_000

/** How many messages wait unread; looked up when the page opens, when something was read, and each minute the page is seen. */
export const useUnread = defineStore('unread', () => {
  const count = ref(0)
  let timer: ReturnType<typeof setInterval> | undefined

  async function look(): Promise<void> {
    try {
      count.value = (await body(api.GET('/api/notice/unread'))).unread
    } catch {
      // The number is a hint; the page that shows the messages shows the failure.
    }
  }

  function start(): void {
    stop()
    void look()
    timer = setInterval(() => {
      if (document.visibilityState === 'visible') void look()
    }, PAUSE)
  }

  function stop(): void {
    clearInterval(timer)
  }

  return { count, look, start, stop }
})
