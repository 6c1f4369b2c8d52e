import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { api, body } from '@/api/client'
import { useLoad } from '@/parts/useLoad'

export interface Named {
  value: string
  label: string
}

/** The hazard categories and causes in force, named in the reader's language. */
export function useTaxonomy(): { groups: ComputedRef<{ label: string; options: Named[] }[]>; causes: ComputedRef<{ value: number; label: string }[]>; name(category: string): string } {
  const { locale } = useI18n()
  const taxonomy = useLoad(() => body(api.GET('/api/hazard/taxonomy')))
  const pick = (named: { zh: string; en: string }): string => (locale.value === 'en' ? named.en : named.zh)
  const groups = computed(() => (taxonomy.data.value?.classes ?? []).map((one) => ({ label: pick(one), options: one.subs.map((sub) => ({ value: sub.id, label: `${sub.id} ${pick(sub)}` })) })))
  const causes = computed(() => (taxonomy.data.value?.causes ?? []).map((one) => ({ value: one.id, label: pick(one) })))
  const names = computed(() => new Map(groups.value.flatMap((group) => group.options).map((option) => [option.value, option.label])))
  return { groups, causes, name: (category) => names.value.get(category) ?? category }
}
