import { defineStore } from 'pinia'
import { ref } from 'vue'
import { api, body, unattended } from '@/api/client'
import { useLive } from '@/parts/useLive'
import { announce } from './announce'

const PAUSE = 60_000

/**
 * How many messages wait unread. The server tells while the page is seen; where it does not, the number is looked up each
 * minute, and in any case when something was read.
 */
export const useUnread = defineStore('unread', () => {
  const count = ref(0)
  /** Grows with every message that arrives while the page is open; lists follow it. */
  const arrivals = ref(0)
  let timer: ReturnType<typeof setInterval> | undefined
  const live = useLive((news) => {
    count.value = news.unread
    if (!news.notices.length) return
    arrivals.value += news.notices.length
    announce(news.notices)
  })

  async function look(): Promise<void> {
    try {
      count.value = (await body(api.GET('/api/notice/unread', unattended))).unread
    } catch {
      // The number is a hint; the page that shows the messages shows the failure.
    }
  }

  function start(): void {
    stop()
    void look()
    live.start()
    timer = setInterval(() => {
      if (document.visibilityState === 'visible' && !live.open.value) void look()
    }, PAUSE)
  }

  function stop(): void {
    clearInterval(timer)
    live.stop()
  }

  return { count, arrivals, look, start, stop }
})
