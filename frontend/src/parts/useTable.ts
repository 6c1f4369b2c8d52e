import { computed, onActivated, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { useRoute, useRouter, type LocationQuery } from 'vue-router'
import { isAbort, type Page } from '@/api/client'
import { asProblem, type Problem } from '@/api/problem'
import { pageKey } from './pageKey'
import type { LoadState } from './useLoad'

export const LIMITS = [20, 50, 100]

/** What a list is asked for. Filters are absent, not empty, when they do not apply. */
export type TableQuery = { limit: number; cursor?: string; sort?: string } & Record<string, string | number | undefined>

export interface Table<T> {
  /** Key under which the reader's columns and density are remembered. */
  id: string
  state: Ref<LoadState>
  problem: ShallowRef<Problem | undefined>
  rows: ShallowRef<T[]>
  next: Ref<string | undefined>
  prev: Ref<string | undefined>
  count: Ref<number | undefined>
  /** The count is an estimate. */
  estimated: Ref<boolean>
  /** The filters as they stand in the address. */
  filters: ComputedRef<Record<string, string>>
  limit: ComputedRef<number>
  sort: ComputedRef<string>
  refresh(): Promise<void>
  apply(filters: Record<string, string>): void
  turn(cursor: string): void
  setLimit(limit: number): void
  setSort(sort: string): void
  /** Filters and order at once, as a saved view has them. */
  view(filters: Record<string, string>, sort: string): void
}

export interface TableOptions<T> {
  id: string
  /** Names of the filters this list has; other query parameters of the address are left alone. */
  filters?: readonly string[]
  load(query: TableQuery): Promise<Page<T>>
}

function one(value: LocationQuery[string] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? ''
}

/** The query of a list as its address says it: limit within bounds, filters that are set, the cursor. */
export function queryOf(query: LocationQuery, names: readonly string[], limit: number): TableQuery {
  const asked: TableQuery = { limit }
  for (const name of [...names, 'cursor', 'sort']) {
    const value = one(query[name])
    if (value !== '') asked[name] = value
  }
  return asked
}

/**
 * A server-paged list whose filters, page and order live in the address, so that a link, the back
 * button and a reload all lead to the same rows. Paging is by cursor; there is no page number.
 */
export function useTable<T>(options: TableOptions<T>): Table<T> {
  const route = useRoute()
  const router = useRouter()
  const own = route.path
  const place = pageKey(route)
  const names = options.filters ?? []
  const state = ref<LoadState>('idle')
  const problem = shallowRef<Problem>()
  const rows = shallowRef<T[]>([])
  const next = ref<string>()
  const prev = ref<string>()
  const count = ref<number>()
  const estimated = ref(false)
  // A kept-alive list must not follow the address of another tab.
  const query = shallowRef<LocationQuery>(route.query)
  const remembered = Number(localStorage.getItem('anbiao.limit'))
  const chosen = ref(LIMITS.includes(remembered) ? remembered : 20)
  const limit = computed(() => (LIMITS.includes(Number(one(query.value.limit))) ? Number(one(query.value.limit)) : chosen.value))
  const filters = computed(() => Object.fromEntries(names.map((name) => [name, one(query.value[name])])))
  const sort = computed(() => one(query.value.sort))
  let turn = 0

  async function refresh(): Promise<void> {
    const mine = ++turn
    state.value = 'loading'
    try {
      const page = await options.load(queryOf(query.value, names, limit.value))
      if (mine !== turn) return
      rows.value = page.items
      next.value = page.next || undefined
      prev.value = page.prev || undefined
      count.value = page.count
      estimated.value = page.estimated ?? false
      problem.value = undefined
      state.value = 'done'
    } catch (error) {
      if (mine !== turn || isAbort(error)) return
      problem.value = asProblem(error)
      state.value = 'failed'
    }
  }

  function go(change: Record<string, string | undefined>): void {
    const merged: LocationQuery = { ...query.value }
    for (const [name, value] of Object.entries(change)) {
      if (value) merged[name] = value
      else delete merged[name]
    }
    void router.push({ path: own, query: merged })
  }

  watch(
    () => route.fullPath,
    () => {
      if (pageKey(route) !== place || JSON.stringify(route.query) === JSON.stringify(query.value)) return
      query.value = route.query
      void refresh()
    },
  )
  let first = true
  onActivated(() => {
    if (!first && state.value !== 'loading') void refresh()
    first = false
  })
  void refresh()

  return {
    id: options.id, state, problem, rows, next, prev, count, estimated, filters, limit, sort, refresh,
    apply: (wanted) => go({ ...Object.fromEntries(names.map((name) => [name, wanted[name]?.trim()])), cursor: undefined }),
    turn: (cursor) => go({ cursor }),
    setLimit(wanted) {
      chosen.value = wanted
      localStorage.setItem('anbiao.limit', String(wanted))
      go({ limit: String(wanted), cursor: undefined })
    },
    setSort: (wanted) => go({ sort: wanted, cursor: undefined }),
    view: (wanted, order) => go({ ...Object.fromEntries(names.map((name) => [name, wanted[name]])), sort: order, cursor: undefined }),
  }
}
