import { computed, onBeforeUnmount, watchEffect } from 'vue'
import { host, lasting, secure } from './core/browser'
import { online } from './core/net'
import { full } from './core/room'
import { outdated } from './core/shelf'
import { useQueue } from './useQueue'

/** What keeps a page from being closed, and what its browser cannot do; the gravest first. */
export type Notice = 'full' | 'outdated' | 'hold' | 'browser' | 'insecure'

/** Watches over what is not sent: what to tell the person, and the browser when he closes the page. */
export function useHold() {
  const queue = useQueue()
  const held = computed(() => queue.lines.filter(({ state }) => state !== 'sent').length)
  const notices = computed(() => {
    const found: Notice[] = []
    if (full.value) found.push('full')
    if (outdated.value) found.push('outdated')
    if (!lasting.value && held.value > 0) found.push('hold')
    else if (!lasting.value && host !== 'browser') found.push('browser')
    if (!secure) found.push('insecure')
    return found
  })

  // Without a service worker a page that is closed or loaded anew offline is gone until the network is back.
  function ask(event: BeforeUnloadEvent): void {
    event.preventDefault()
  }
  watchEffect(() => {
    removeEventListener('beforeunload', ask)
    if (!lasting.value && (held.value > 0 || !online.value)) addEventListener('beforeunload', ask)
  })
  onBeforeUnmount(() => removeEventListener('beforeunload', ask))

  return { held, notices, host }
}
