import { computed, type ComputedRef } from 'vue'
import { api, body } from '@/api/client'
import { useLoad } from './useLoad'

/** The tags a company can describe itself by, and their names. The names are the library's own, in Chinese. */
export function useTags(): { options: ComputedRef<{ value: string; label: string }[]>; name(tag: string): string } {
  const library = useLoad(() => body(api.GET('/api/checklist/library/modules')))
  const names = computed<Record<string, string>>(() => ({ ...library.data.value?.profile, ...library.data.value?.tags }))
  const options = computed(() => Object.entries(names.value).filter(([value]) => value !== 'all').map(([value, label]) => ({ value, label })))
  return { options, name: (tag) => names.value[tag] ?? tag }
}
