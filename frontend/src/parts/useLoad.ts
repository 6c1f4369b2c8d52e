import { onActivated, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { isAbort } from '@/api/client'
import { asProblem, type Problem } from '@/api/problem'

export type LoadState = 'idle' | 'loading' | 'done' | 'failed'

export interface Load<T> {
  state: Ref<LoadState>
  data: ShallowRef<T | undefined>
  problem: ShallowRef<Problem | undefined>
  load(): Promise<void>
}

/**
 * Reads something from the server now, and again when a kept-alive page is shown again. What was read
 * stays on the screen while it is read anew; an answer that a later request has overtaken is dropped.
 */
export function useLoad<T>(read: () => Promise<T>): Load<T> {
  const state = ref<LoadState>('idle')
  const data = shallowRef<T>()
  const problem = shallowRef<Problem>()
  let turn = 0

  async function load(): Promise<void> {
    const mine = ++turn
    state.value = 'loading'
    try {
      const answer = await read()
      if (mine !== turn) return
      data.value = answer
      problem.value = undefined
      state.value = 'done'
    } catch (error) {
      if (mine !== turn || isAbort(error)) return
      problem.value = asProblem(error)
      state.value = 'failed'
    }
  }

  let first = true
  onActivated(() => {
    if (!first) void load()
    first = false
  })
  void load()
  return { state, data, problem, load }
}
