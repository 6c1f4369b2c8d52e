import type { Ref } from 'vue'
import { done, toast } from './toast'
import { useIntent } from './useIntent'

/** One thing done at a press of a button: sent once, its failure shown, its success said. */
export interface Deed {
  busy: Ref<boolean>
  /** True when the server took it. `content` names what is wanted, for the idempotency key. */
  perform(content: unknown, send: (key: string) => Promise<unknown>, said?: string): Promise<boolean>
}

export function useDeed(): Deed {
  const intent = useIntent()

  async function perform(content: unknown, send: (key: string) => Promise<unknown>, said?: string): Promise<boolean> {
    try {
      const sent = await intent.run(content, async (key) => {
        await send(key)
        return true
      })
      if (sent && said) done(said)
      return sent === true
    } catch (error) {
      toast(error)
      return false
    }
  }

  return { busy: intent.busy, perform }
}
