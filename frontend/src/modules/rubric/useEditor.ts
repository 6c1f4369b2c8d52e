import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'
import { api, body } from '@/api/client'
import { freeCode, sent, sum, type Branch, type Item, type Problem, type Table } from './useRubric'

/** A place in the table: none is its head, one number an element, two a sub-element, three an item. */
export type Place = number[]

export interface Editor {
  table: Ref<Table>
  place: Ref<Place>
  branch: ComputedRef<Branch | undefined>
  item: ComputedRef<Item | undefined>
  problems: Ref<Problem[]>
  dirty: Ref<boolean>
  add(): void
  remove(): void
  move(by: number): void
  /** Takes what is below for the points of the chosen level. */
  total(): void
  saved(): void
  /** Goes to where a problem is. */
  go(code: string): void
}

/** Where something with a code is. */
export function placeOf(table: Table, code: string): Place {
  for (const [i, element] of table.elements.entries()) {
    if (element.code === code) return [i]
    for (const [j, sub] of (element.children ?? []).entries()) {
      if (sub.code === code) return [i, j]
      const k = (sub.items ?? []).findIndex((one) => one.code === code)
      if (k >= 0) return [i, j, k]
    }
  }
  return []
}

/** The list that holds what is at a place. */
export function rowsAt(table: Table, place: Place): { code: string }[] {
  const element = table.elements[place[0] ?? -1]
  const sub = element?.children?.[place[1] ?? -1]
  return place.length === 3 ? (sub?.items ?? []) : place.length === 2 ? (element?.children ?? []) : table.elements
}

/** What is under a place, empty for an item. */
function below(table: Table, place: Place): Branch[] | Item[] {
  const element = table.elements[place[0] ?? -1]
  if (place.length === 0) return table.elements
  if (place.length === 1) return (element!.children ??= [])
  if (place.length === 2) return (element!.children![place[1]!]!.items ??= [])
  return []
}

/** The state of editing one table; the server checks it a moment after the last change. */
export function useEditor(initial: Table, found: Problem[], wait = 600): Editor {
  const table = ref(initial) as Ref<Table>
  const place = ref<Place>([])
  const problems = ref<Problem[]>(found)
  const dirty = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let turn = 0

  async function check(): Promise<void> {
    const mine = ++turn
    try {
      const answer = await body(api.POST('/api/rubric/check', { body: { table: sent(table.value) } }))
      if (mine === turn) problems.value = answer.problems
    } catch {
      // What does not fit the form is told when it is saved.
    }
  }

  watch(table, () => {
    dirty.value = true
    clearTimeout(timer)
    timer = setTimeout(() => void check(), wait)
  }, { deep: true })

  const branch = computed(() => {
    const element = table.value.elements[place.value[0] ?? -1]
    return place.value.length === 1 ? element : place.value.length === 2 ? element?.children?.[place.value[1]!] : undefined
  })
  const item = computed(() => (place.value.length === 3 ? table.value.elements[place.value[0]!]?.children?.[place.value[1]!]?.items?.[place.value[2]!] : undefined))

  function add(): void {
    const at = place.value.length === 3 ? place.value.slice(0, 2) : place.value
    const rows = below(table.value, at)
    const code = freeCode(at.length ? (at.length === 1 ? table.value.elements[at[0]!]!.code : table.value.elements[at[0]!]!.children![at[1]!]!.code) : '', rows)
    if (at.length === 2) (rows as Item[]).push({ code, requirement: '', points: 1, deductions: [] })
    else (rows as Branch[]).push({ code, title: '', points: 0, ...(at.length ? { items: [] } : { children: [] }) })
    place.value = [...at, rows.length - 1]
  }

  function remove(): void {
    rowsAt(table.value, place.value).splice(place.value.at(-1)!, 1)
    place.value = place.value.slice(0, -1)
  }

  function move(by: number): void {
    const rows = rowsAt(table.value, place.value)
    const from = place.value.at(-1)!
    if (!rows[from + by]) return
    rows.splice(from + by, 0, ...rows.splice(from, 1))
    place.value = [...place.value.slice(0, -1), from + by]
  }

  function total(): void {
    const points = sum(below(table.value, place.value))
    if (place.value.length === 0) table.value.totalPoints = points
    else if (branch.value) branch.value.points = points
  }

  return { table, place, branch, item, problems, dirty, add, remove, move, total, saved: () => { dirty.value = false }, go: (code) => { place.value = placeOf(table.value, code) } }
}
