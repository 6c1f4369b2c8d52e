import type { Schema } from '@/api/client'
import type { Content, Proposal } from './useDraft'

export type Step = Schema<'ChecklistStep'>

/** The draft that takes a newer library, less what was refused: an item that is new is put aside with its reason, any other keeps the text it had. */
export function upgraded(proposal: Proposal, steps: readonly Step[], refused: Readonly<Record<string, string>>): Content {
  const { document } = proposal
  const left = steps.filter((step) => step.code in refused && !step.must)
  const disabled = Object.fromEntries(document.disabled.map((item) => [item.code, item.reason]))
  for (const step of left) if (step.kind === 'added') disabled[step.code] = refused[step.code] ?? ''
  const settled = new Set(steps.map((step) => step.code))
  return {
    basedOn: proposal.basedOn, library: document.library, photos: document.photos === 'failed' ? 'failed' : 'major', defaults: document.defaults ?? false, disabled, own: document.own,
    settings: Object.fromEntries((document.settings ?? []).map((one) => [one.code, one])),
    older: [
      ...(document.older ?? []).filter((one) => !settled.has(one.code)),
      ...left.filter((step) => step.kind !== 'added').map((step) => ({ code: step.code, library: step.library })),
    ],
  }
}
