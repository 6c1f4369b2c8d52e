import { ref } from 'vue'

/** False when the browser says so or the last request reached no server. */
export const online = ref(navigator.onLine)

/** Notes whether a request reached the server. */
export function reached(yes: boolean): void {
  online.value = yes && navigator.onLine
}

addEventListener('online', () => (online.value = true))
addEventListener('offline', () => (online.value = false))
