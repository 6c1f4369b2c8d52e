import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { api, body, type Schema } from '@/api/client'
import { useLoad } from '@/parts/useLoad'

/** The catalogue of what may happen, in the language of the page. */
export function useOccasions(): {
  occasions: ComputedRef<Schema<'InspectionOccasion'>[]>
  groups: ComputedRef<Schema<'InspectionOccasionGroup'>[]>
  /** Name of a group or a kind. */
  named: (one: { nameZh: string; nameEn: string } | undefined) => string
  /** Name of the kind of a code; the code where the catalogue does not know it. */
  nameOf: (kind: string) => string
} {
  const { locale } = useI18n()
  const load = useLoad(() => body(api.GET('/api/inspection/occasions', { params: { query: {} } })))
  const occasions = computed(() => load.data.value?.occasions ?? [])
  const groups = computed(() => load.data.value?.groups ?? [])
  const named = (one: { nameZh: string; nameEn: string } | undefined): string => (locale.value === 'en' ? one?.nameEn : one?.nameZh) ?? ''
  return { occasions, groups, named, nameOf: (kind) => named(occasions.value.find((one) => one.kind === kind)) || kind }
}
