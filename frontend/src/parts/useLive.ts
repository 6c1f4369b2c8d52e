import { ref, type Ref } from 'vue'
import { i18n } from '@/i18n'
import type { Schema } from '@/api/client'
import { listen } from '@/api/stream'

export type News = Schema<'NoticeNewsView'>

export interface Live {
  /** True while the server tells us; else the caller must ask. */
  open: Ref<boolean>
  start: () => void
  stop: () => void
}

const FIRST = 1_000
const LONGEST = 60_000

/**
 * Follows the inbox while the page is seen: a page in the background keeps no connection, of which a browser has few.
 * Where the stream is refused it rests for a minute; `open` tells.
 */
export function useLive(hear: (news: News) => void): Live {
  const open = ref(false)
  let stopped: AbortController | undefined
  let last = ''

  async function follow(signal: AbortSignal): Promise<void> {
    let pause = FIRST
    while (!signal.aborted) {
      const ending = await listen('/api/notice/stream', {
        signal, last, language: i18n.global.locale.value,
        opened: () => { open.value = true; pause = FIRST },
        hear: (heard) => { last = heard.id || last; hear(heard.data as News) },
      })
      open.value = false
      if (signal.aborted) return
      if (ending === 'refused') pause = LONGEST
      await rest(pause * (0.75 + Math.random() / 2), signal)
      pause = Math.min(2 * pause, LONGEST)
    }
  }

  function look(): void {
    stopped?.abort()
    stopped = undefined
    if (document.visibilityState !== 'visible') return
    stopped = new AbortController()
    void follow(stopped.signal)
  }

  function start(): void {
    stop()
    document.addEventListener('visibilitychange', look)
    look()
  }

  function stop(): void {
    document.removeEventListener('visibilitychange', look)
    stopped?.abort()
    stopped = undefined
    open.value = false
    last = ''
  }

  return { open, start, stop }
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => { clearTimeout(timer); resolve() }, { once: true })
  })
}
