import type { InjectionKey, Ref } from 'vue'

/** Which items of a form are being picked as wrong, and why some were returned. */
export interface Marks {
  picking: Ref<boolean>
  picked: Ref<string[]>
  reasons: Ref<Map<string, string>>
  toggle: (item: string) => void
}

export const MARKS: InjectionKey<Marks> = Symbol('marks')
