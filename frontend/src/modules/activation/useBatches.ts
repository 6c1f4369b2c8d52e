import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { api, body, type AnswerOf } from '@/api/client'
import { asProblem, type Problem } from '@/api/problem'

/** An order to print slips. */
export type Batch = AnswerOf<'/api/activation/batches/{id}'>

export interface Batches {
  rows: ShallowRef<Batch[]>
  problem: ShallowRef<Problem | undefined>
  loading: Ref<boolean>
  load(): Promise<void>
}

/** The newest orders; looks again while one is being printed. */
export function useBatches(read: () => Promise<Batch[]> = newest, pause = 1000): Batches {
  const rows = shallowRef<Batch[]>([])
  const problem = shallowRef<Problem>()
  const loading = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let over = false

  async function load(): Promise<void> {
    clearTimeout(timer)
    loading.value = true
    try {
      rows.value = await read()
      problem.value = undefined
    } catch (error) {
      problem.value = asProblem(error)
    }
    loading.value = false
    if (!over && rows.value.some(({ status }) => status === 'writing')) timer = setTimeout(() => void load(), pause)
  }

  onScopeDispose(() => {
    over = true
    clearTimeout(timer)
  })
  void load()
  return { rows, problem, loading, load }
}

async function newest(): Promise<Batch[]> {
  return (await body(api.GET('/api/activation/batches', { params: { query: { limit: 30 } } }))).items
}

/** How much of an order is printed, in percent. */
export function percent({ status, total, done }: Pick<Batch, 'status' | 'total' | 'done'>): number {
  if (status === 'done') return 100
  return total > 0 ? Math.min(99, Math.floor((done * 100) / total)) : 0
}

/** A rate in percent with one decimal; — where there is nothing to count. */
export function rate(activated: number, companies: number): string {
  return companies > 0 ? `${((activated * 100) / companies).toFixed(1)}%` : '—'
}
