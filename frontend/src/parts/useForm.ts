import { computed, reactive, ref, type ComputedRef, type Ref } from 'vue'
import { asProblem, messagesByField, type Problem } from '@/api/problem'
import { useIntent } from './useIntent'

export interface Form<M extends object> {
  model: M
  busy: Ref<boolean>
  problem: Ref<Problem | undefined>
  /** Server messages by field name. */
  messages: ComputedRef<Record<string, string>>
  /** Sends the model; true when the server took it. A refusal is kept in `problem` and shown by FormField. */
  submit(send: (key: string) => Promise<unknown>): Promise<boolean>
  /** Returns to the values the form started with. */
  reset(): void
}

/** State of a form whose fields are checked by the server. */
export function useForm<M extends object>(initial: () => M): Form<M> {
  const model = reactive(initial()) as M
  const problem = ref<Problem>()
  const intent = useIntent()

  async function submit(send: (key: string) => Promise<unknown>): Promise<boolean> {
    if (intent.busy.value) return false
    problem.value = undefined
    try {
      await intent.run(model, send)
      return true
    } catch (error) {
      problem.value = asProblem(error)
      return false
    }
  }

  function reset(): void {
    Object.assign(model, initial())
    problem.value = undefined
  }

  return { model, busy: intent.busy, problem, messages: computed(() => messagesByField(problem.value)), submit, reset }
}
