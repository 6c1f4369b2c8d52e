import { computed, ref, type ComputedRef, type Ref } from 'vue'
import type { Schema } from '@/api/client'
import type { Asked } from './useGroups'

type Proposal = Schema<'ChecklistProposalView'>
export type OwnItem = Schema<'ChecklistOwnItem'>

export interface Draft {
  disabled: Ref<Record<string, string>>
  own: Ref<OwnItem[]>
  photos: Ref<'failed' | 'major' | 'none'>
  /** The proposal's items as the draft would ask them; own items are edited apart. */
  asks: ComputedRef<Asked[]>
  take(proposal: Proposal): void
  addOwn(): void
  removeOwn(code: string): void
  body(): Schema<'ChecklistDraft'>
}

/** The smallest own number not in use: OWN-01, OWN-02 … */
export function nextOwn(own: readonly { code: string }[]): string {
  const taken = new Set(own.map((item) => item.code))
  let n = 1
  while (taken.has(`OWN-${String(n).padStart(2, '0')}`)) n += 1
  return `OWN-${String(n).padStart(2, '0')}`
}

/** What the company decides about its standard before it is published; the rest follows from its tags. */
export function useDraft(): Draft {
  const proposal = ref<Proposal>()
  const disabled = ref<Record<string, string>>({})
  const own = ref<OwnItem[]>([])
  const photos = ref<'failed' | 'major' | 'none'>('failed')

  function take(taken: Proposal): void {
    proposal.value = taken
    disabled.value = Object.fromEntries(taken.document.disabled.map((item) => [item.code, item.reason]))
    own.value = taken.document.own.map((item) => ({ ...item }))
    photos.value = taken.document.photos
  }

  const asks = computed(() => (proposal.value?.asks ?? []).filter((ask) => ask.module !== 'OWN').map((ask) => ({ ...ask, disabled: disabled.value[ask.code] ?? '' })))

  return {
    disabled, own, photos, asks, take,
    addOwn: () => { own.value = [...own.value, { code: nextOwn(own.value), requirement: '', method: '', frequency: 'monthly' }] },
    removeOwn: (code) => { own.value = own.value.filter((item) => item.code !== code) },
    body: () => ({
      basedOn: proposal.value?.basedOn ?? 0,
      disabled: Object.entries(disabled.value).map(([code, reason]) => ({ code, reason })),
      own: own.value,
      photos: photos.value,
    }),
  }
}
