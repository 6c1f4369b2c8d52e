import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { asProblem } from '@/api/problem'
import { sentence } from './say'

/** Something to pick from a long list by typing a part of its name. */
export interface Choice {
  id: string
  label: string
  note?: string
}

export interface Choices {
  choices: ShallowRef<Choice[]>
  loading: Ref<boolean>
  failure: Ref<string>
  search(text: string): Promise<void>
}

/** Choices that the server finds; an answer that a later question has overtaken is dropped. */
export function useChoices(find: (text: string) => Promise<Choice[]>): Choices {
  const choices = shallowRef<Choice[]>([])
  const loading = ref(false)
  const failure = ref('')
  let turn = 0

  async function search(text: string): Promise<void> {
    const mine = ++turn
    loading.value = true
    try {
      const found = await find(text.trim())
      if (mine !== turn) return
      choices.value = found
      failure.value = ''
    } catch (error) {
      if (mine === turn) failure.value = sentence(asProblem(error))
    } finally {
      if (mine === turn) loading.value = false
    }
  }

  return { choices, loading, failure, search }
}
