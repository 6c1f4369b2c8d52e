import { computed, type WritableComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { today } from '@/parts/format'

/** The year that a page shows, kept in its address. */
export function useYear(usual = Number(today().slice(0, 4))): { year: WritableComputedRef<number>; years: number[] } {
  const route = useRoute()
  const router = useRouter()
  const now = Number(today().slice(0, 4))
  const year = computed({
    get: () => Number(route.query.year) || usual,
    set: (value) => void router.replace({ query: { ...route.query, year: String(value) } }),
  })
  return { year, years: Array.from({ length: 6 }, (_, back) => now + 1 - back) }
}
