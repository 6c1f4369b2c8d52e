import { ref, watch, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { pageKey } from '@/parts/pageKey'

/** The form that writes: a link with `write` opens it, on a page that is open already too; closing it leaves of the address only what is kept. */
export function useWriting(keep: readonly string[]): { writing: Ref<boolean>; close(): void } {
  const route = useRoute()
  const router = useRouter()
  const place = pageKey(route)
  const writing = ref(Boolean(route.query.write))
  watch(() => route.fullPath, () => {
    if (pageKey(route) === place && route.query.write) writing.value = true
  })

  function close(): void {
    writing.value = false
    if (pageKey(route) === place && route.query.write) void router.replace({ query: Object.fromEntries(Object.entries(route.query).filter(([name]) => keep.includes(name))) })
  }
  return { writing, close }
}
