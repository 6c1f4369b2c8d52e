import { computed, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { api, body, type RowOf, type Schema } from '@/api/client'
import type { Tone } from '@/parts/StatusTag.vue'

export type Expense = RowOf<'/api/fund/expenses'>
export type ExpenseSheet = Schema<'FundExpenseSheetView'>
export type Items = Schema<'FundItemsView'>
export type Looked = Schema<'FundLookedView'>
export type Tie = Exclude<Expense['tie'], ''>

export const STATES = ['draft', 'submitted', 'building', 'booked', 'reversed', 'refused', 'withdrawn'] as const
export const TIES: readonly Tie[] = ['hazard', 'training', 'equipment', 'drill', 'protection']
export const TONES: Record<Expense['state'], Tone> = {
  draft: 'plain', submitted: 'warn', building: 'busy', booked: 'good', reversed: 'bad', refused: 'bad', withdrawn: 'plain',
}

/** A use item as the form names it: the industry's own, or the generic ones (empty category). */
export function keyOf(category: string, item: number): string {
  return `${category}|${item}`
}

export function itemOf(key: string): { category: string; item: number } {
  const [category = '', item = ''] = key.split('|')
  return { category, item: Number(item) }
}

/** The page where what an expense paid for is shown; '' where none shows one by itself. */
export function placeOf(tie: string, id: string): string {
  return tie === 'hazard' ? `/hazards/${id}` : ''
}

/** What an address asks the list to begin: an expense for something. */
export function wanted(query: Record<string, unknown>): { tie: Tie; tieId: string; tieTitle: string } | undefined {
  const tie = TIES.find((one) => one === query.for)
  const tieId = String(query.id ?? '')
  return tie && /^\d+$/.test(tieId) ? { tie, tieId, tieTitle: String(query.title ?? '') } : undefined
}

export interface Asked {
  id?: string
  invoiceNo: string
  purpose: string
  amountFen?: number
}

/** What stands against an expense while it is typed; asked a moment after the last key, and an overtaken answer is dropped. */
export function useLooked(asked: () => Asked, pause = 400, ask: (query: Asked) => Promise<Looked> = look): { looked: ShallowRef<Looked | undefined>; needsReason: ComputedRef<boolean>; asking: Ref<boolean> } {
  const looked = shallowRef<Looked>()
  const asking = ref(false)
  let turn = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function go(query: Asked): Promise<void> {
    const mine = ++turn
    try {
      const answer = await ask(query)
      if (mine === turn) looked.value = answer
    } catch {
      if (mine === turn) looked.value = undefined // the server says it again when the form is sent
    } finally {
      if (mine === turn) asking.value = false
    }
  }

  watch(asked, (query) => {
    clearTimeout(timer)
    turn += 1
    if (!query.invoiceNo.trim() && !query.purpose.trim() && !query.amountFen) {
      looked.value = undefined
      asking.value = false
      return
    }
    asking.value = true
    timer = setTimeout(() => void go(query), pause)
  }, { immediate: true })

  return { looked, asking, needsReason: computed(() => (looked.value?.doubts.length ?? 0) > 0) }
}

function look(query: Asked): Promise<Looked> {
  const { id, amountFen, ...words } = query
  return body(api.GET('/api/fund/expenses/check', { params: { query: { ...words, ...(id ? { id } : {}), ...(amountFen ? { amountFen } : {}) } } }))
}
