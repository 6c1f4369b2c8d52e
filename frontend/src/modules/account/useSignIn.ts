import { useRoute, useRouter } from 'vue-router'

/** Our own addresses only: a link that leads to a login must not lead elsewhere after it. */
export function returnAddress(value: unknown): string {
  return typeof value === 'string' && /^\/(?![/\\])/.test(value) ? value : '/'
}

/** Goes where the person wanted to go before the login. */
export function useEnter(): () => Promise<void> {
  const route = useRoute()
  const router = useRouter()
  return async () => {
    const to = returnAddress(route.query.to)
    // The phone pages are an entry of their own.
    if (to.startsWith('/field')) return location.assign(to)
    await router.replace(to)
  }
}
