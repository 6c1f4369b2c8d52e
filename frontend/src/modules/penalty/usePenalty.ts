import { useI18n } from 'vue-i18n'
import { api, body, type RowOf } from '@/api/client'
import type { Tone } from '@/parts/StatusTag.vue'
import { listed } from '@/parts/list'
import { useLoad } from '@/parts/useLoad'

export type Penalty = RowOf<'/api/penalties'>
export type Listing = RowOf<'/api/dishonesty'>

export const KINDS = ['warning', 'fine', 'confiscation', 'suspension', 'permit', 'closure', 'ban', 'detention', 'other'] as const
export const SUBJECTS = ['enterprise', 'principal', 'person'] as const
export const TONES: Record<string, Tone> = {
  decided: 'warn', published: 'busy', repair: 'warn', repaired: 'good', withdrawn: 'plain',
  noticed: 'warn', stated: 'busy', dropped: 'plain', listed: 'bad', removal_asked: 'warn', removal_accepted: 'busy', removed: 'good', expired: 'plain',
}

/** What a step asks for beside its words: a day, where it was made public, the number of a decision. */
export interface Deed {
  path: string
  day?: boolean
  medium?: boolean
  number?: boolean
  needs?: boolean
  /** Name of the field that the words go to; none: no words. */
  words?: 'note' | 'opinion'
  fixed?: Record<string, unknown>
}

export const PENALTY_DEEDS: Record<string, Deed> = {
  published: { path: 'publish', day: true, medium: true },
  paid: { path: 'pay', day: true },
  repair_granted: { path: 'repair-answer', words: 'opinion', fixed: { grant: true } },
  repair_refused: { path: 'repair-answer', words: 'opinion', fixed: { grant: false } },
  withdrawn: { path: 'withdraw', day: true, words: 'note' },
  said: { path: 'say', words: 'note' },
  repair_asked: { path: 'repair', words: 'note' },
}

export const LISTING_DEEDS: Record<string, Deed> = {
  listed: { path: 'decide', day: true, number: true, words: 'opinion', fixed: { list: true } },
  dropped: { path: 'decide', day: true, words: 'opinion', fixed: { list: false } },
  published: { path: 'publish', day: true, medium: true },
  removal_accepted: { path: 'accept' },
  removed: { path: 'removal-answer', words: 'opinion', needs: true, fixed: { remove: true } },
  removal_refused: { path: 'removal-answer', words: 'opinion', fixed: { remove: false } },
  restored: { path: 'restore', words: 'note' },
  said: { path: 'statement', words: 'note' },
  removal_asked: { path: 'removal', words: 'note' },
}

/** Names the conditions of a listing: BL-04 and what it says. */
export function useConditions(): (ids: readonly string[]) => string {
  const { locale } = useI18n()
  const rules = useLoad(() => body(api.GET('/api/penalties/rules', {})))
  return (ids) => listed(ids.map((id) => {
    const rule = rules.data.value?.conditions.find((one) => one.id === id)
    return rule ? `${id} ${locale.value === 'en' ? rule.en : rule.zh}` : id
  }))
}
