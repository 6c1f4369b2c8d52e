import { defineStore } from 'pinia'
import { ref } from 'vue'
import { useLive } from '@/parts/useLive'

/** Messages as they arrive, while a page with the tabs below is open. `unread` is unknown until the server has spoken. */
export const useNews = defineStore('field-news', () => {
  const unread = ref<number>()
  const arrivals = ref(0)
  const newest = ref('')
  let followers = 0
  const live = useLive((news) => {
    unread.value = news.unread
    newest.value = news.notices[0]?.title ?? ''
    arrivals.value += news.notices.length
  })

  function follow(): void {
    if (followers++ === 0) live.start()
  }

  function leave(): void {
    if (--followers > 0) return
    followers = 0
    live.stop()
    unread.value = undefined
  }

  return { unread, arrivals, newest, follow, leave }
})
