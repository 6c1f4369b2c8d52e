import { reactive, watch, type ComputedRef, type InjectionKey } from 'vue'

/** Keys of the columns a table shows, in its order: what an export button in its toolbar writes. */
export const SHOWN: InjectionKey<ComputedRef<string[]>> = Symbol('shown columns')

/** A column of a DataTable. A cell shows `format(row)`, or the slot `cell-<key>`, or the field of that name. */
export interface Column<T> {
  key: string
  title: string
  width?: number
  minWidth?: number
  align?: 'left' | 'right' | 'center'
  fixed?: 'left' | 'right'
  /** Name under which the server sorts by this column. */
  sort?: string
  /** Not shown until the reader asks for it. */
  extra?: boolean
  format?: (row: T) => string
}

/** What a reader has chosen for one table; kept in this browser. */
export interface View {
  hidden: string[]
  density: 'small' | 'default'
}

/** Loads the reader's choice for a table and keeps every change of it. */
export function useView(id: string, columns: readonly { key: string; extra?: boolean }[]): View {
  const key = `anbiao.table.${id}`
  const view = reactive<View>({ hidden: columns.filter((column) => column.extra).map((column) => column.key), density: 'small' })
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<View>
    if (Array.isArray(kept.hidden)) view.hidden = kept.hidden.filter((name) => typeof name === 'string')
    if (kept.density === 'default') view.density = 'default'
  } catch {
    localStorage.removeItem(key)
  }
  watch(view, () => localStorage.setItem(key, JSON.stringify(view)), { deep: true })
  return view
}
