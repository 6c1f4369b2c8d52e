import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { api, body } from '@/api/client'
import { useLoad } from './useLoad'

/** The tags a company can describe itself by, and their names: ours in both languages, the library's own where it knows more tags than we. */
export function useTags(): { options: ComputedRef<{ value: string; label: string }[]>; name(tag: string): string } {
  const { t, te } = useI18n()
  const library = useLoad(() => body(api.GET('/api/checklist/library/modules')))
  const names = computed<Record<string, string>>(() => ({ ...library.data.value?.profile, ...library.data.value?.tags }))
  const name = (tag: string): string => (te(`tag.${tag}`) ? t(`tag.${tag}`) : names.value[tag] ?? tag)
  const options = computed(() => Object.keys(names.value).filter((value) => value !== 'all').map((value) => ({ value, label: name(value) })))
  return { options, name }
}
