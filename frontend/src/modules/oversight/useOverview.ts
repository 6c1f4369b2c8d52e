import { computed, shallowRef, watch, type ComputedRef } from 'vue'
import { useRoute, useRouter, type LocationQuery, type LocationQueryRaw } from 'vue-router'
import { api, type AnswerOf } from '@/api/client'
import { useLoad, type Load } from '@/parts/useLoad'

export type Drill = AnswerOf<'/api/oversight/areas'>
export type Counted = Drill['items'][number]
export type View = 'table' | 'bars' | 'map' | 'industry'
export type Figure = 'companies' | 'activated' | 'withOverdue' | 'overdue' | 'majorOpen' | 'missing' | 'reportRate' | 'certRate' | 'red'

/** Filters that the overview, the list, the map and the tree share, as the address says them. */
export const FILTERS = ['colour', 'level', 'class', 'size', 'industry', 'overdue', 'majors', 'missing', 'inactive', 'must', 'signals', 'line', 'live', 'name'] as const

function one(value: LocationQuery[string] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? ''
}

/** A GET whose filters come from the address bar as text; the server checks them. */
export async function ask<P extends '/api/oversight/areas' | '/api/oversight/industries' | '/api/oversight/map' | '/api/oversight/shapes' | '/api/oversight/months'>(path: P, query: Record<string, unknown>): Promise<AnswerOf<P>> {
  const set = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== '' && value !== undefined))
  const { data } = await (api.GET as (path: string, init: object) => Promise<{ data?: unknown }>)(path, { params: { query: set } })
  return data as AnswerOf<P>
}

/** How far a figure moved since last month; undefined where that is not known. */
export function change(item: Counted, figure: Figure): number | undefined {
  const was = item.before
  if (!was) return undefined
  const of = (figures: Pick<Counted, 'companies' | 'activated' | 'withOverdue' | 'overdue' | 'majorOpen' | 'missing' | 'reportRate' | 'certRate' | 'colours'>): number => (figure === 'red' ? figures.colours.red : figures[figure])
  const [now, then] = [of(item), of(was)]
  return now < 0 || then < 0 ? undefined : now - then
}

/** The list behind a number: the same area and filters, and what the number counts. */
export function listOf(filters: Record<string, string>, item: Counted, more: Record<string, string> = {}): { path: string; query: LocationQueryRaw } {
  const place = item.kind === 'industry' ? { industry: item.path } : { division: item.path }
  const query = Object.fromEntries(Object.entries({ ...filters, ...place, ...more }).filter(([, value]) => value))
  return { path: '/companies', query }
}

export interface Overview {
  filters: ComputedRef<Record<string, string>>
  view: ComputedRef<View>
  areas: Load<Drill>
  go(change: Record<string, string | undefined>): void
}

/** The leader's overview: area, filters and view live in the address, so that a link or the back button leads to the same numbers. */
export function useOverview(): Overview {
  const route = useRoute()
  const router = useRouter()
  const own = route.path
  const query = shallowRef<LocationQuery>(route.query)
  const filters = computed(() => Object.fromEntries(['division', ...FILTERS].map((name) => [name, one(query.value[name])])) as Record<string, string>)
  const view = computed<View>(() => (one(query.value.view) || 'table') as View)
  const areas = useLoad(() => ask(view.value === 'industry' ? '/api/oversight/industries' : '/api/oversight/areas', filters.value))
  watch(() => route.fullPath, () => {
    if (route.path !== own) return
    const before = JSON.stringify([filters.value, view.value === 'industry'])
    query.value = route.query
    if (JSON.stringify([filters.value, view.value === 'industry']) !== before) void areas.load()
  })
  function go(wanted: Record<string, string | undefined>): void {
    const next: LocationQueryRaw = { ...query.value, ...wanted }
    for (const [name, value] of Object.entries(next)) if (!value) delete next[name]
    void router.push({ path: own, query: next })
  }
  return { filters, view, areas, go }
}
