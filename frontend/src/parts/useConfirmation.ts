import { ref } from 'vue'
import { api, body, onConfirm } from '@/api/client'

/** What the person is asked for: the code of the second factor where one is on, else the password. */
export type Factor = 'password' | 'code'

const open = ref(false)
const factor = ref<Factor>('password')
let asked: Promise<boolean> | undefined
let settle: ((confirmed: boolean) => void) | undefined

// Several requests that are refused at once share one question.
async function ask(): Promise<boolean> {
  const me = await body(api.GET('/api/account/me'))
  factor.value = me.person.totp ? 'code' : 'password'
  open.value = true
  return new Promise((resolve) => (settle = resolve))
}

onConfirm(() => (asked ??= ask().catch(() => false).finally(() => (asked = undefined))))

function end(confirmed: boolean): void {
  open.value = false
  settle?.(confirmed)
  settle = undefined
}

/** The question that is open now, for the dialog that shows it. */
export function useConfirmation() {
  /** Sends the answer; throws what the server says against it. */
  async function answer(value: string): Promise<void> {
    await api.POST('/api/account/confirm', { body: factor.value === 'code' ? { code: value.trim() } : { password: value } })
    end(true)
  }

  return { open, factor, answer, cancel: () => end(false) }
}
