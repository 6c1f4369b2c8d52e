import { computed, reactive, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import type { Schema } from '@/api/client'
import { merged, ownAsked, type OwnItem, type Setting } from './merge'
import type { Asked } from './useGroups'

export type Proposal = Schema<'ChecklistProposalView'>
export type { OwnItem, Setting } from './merge'

/** What the company decides about its standard before it is published; the rest follows from its tags. */
export interface Content {
  basedOn: number
  library: string
  photos: 'failed' | 'major'
  defaults: boolean
  disabled: Record<string, string>
  own: OwnItem[]
  settings: Record<string, Setting>
  older: Schema<'ChecklistOlder'>[]
}

export interface Draft {
  content: Content
  /** Every item as the draft would ask it. */
  asks: ComputedRef<Asked[]>
  /** Codes of the items that differ from the proposal. */
  changed: ComputedRef<Set<string>>
  dirty: ComputedRef<boolean>
  undoable: Ref<number>
  take(proposal: Proposal): void
  /** Starts again from the proposal. */
  discard(): void
  undo(): void
  /** Changes the draft; one undo takes it back. */
  change(how: (content: Content) => void): void
  set(code: string, setting: Setting | undefined): void
  putOwn(item: OwnItem): void
  removeOwn(code: string): void
  disable(code: string, why: string): void
  enable(code: string): void
  body(): Schema<'ChecklistDraft'>
  /** Drops what this browser keeps of the draft, after it was published. */
  forget(): void
}

/** The smallest own number not in use: OWN-01, OWN-02 … */
export function nextOwn(own: readonly { code: string }[]): string {
  const taken = new Set(own.map((item) => item.code))
  let n = 1
  while (taken.has(`OWN-${String(n).padStart(2, '0')}`)) n += 1
  return `OWN-${String(n).padStart(2, '0')}`
}

const copy = <T>(of: T): T => JSON.parse(JSON.stringify(of)) as T

function contentOf(proposal: Proposal): Content {
  const { document } = proposal
  return copy({
    basedOn: proposal.basedOn, library: document.library, photos: document.photos === 'failed' ? 'failed' as const : 'major' as const, defaults: document.defaults ?? false,
    disabled: Object.fromEntries(document.disabled.map((item) => [item.code, item.reason])), own: document.own,
    settings: Object.fromEntries((document.settings ?? []).map((one) => [one.code, one])), older: document.older ?? [],
  } satisfies Content)
}

const PREFIX = 'anbiao.standard.draft.'
const keyOf = (company: string): string => `${PREFIX}${company}`
const draftKeys = (): string[] => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))

/** True where something lies in this browser that was not published. */
export function hasDrafts(): boolean {
  return draftKeys().length > 0
}

/** Leaves nothing of it in this browser, for who signs out. */
export function dropDrafts(): void {
  draftKeys().forEach((key) => localStorage.removeItem(key))
}

/** What an earlier visit left in this browser, if it was made from the same version and library. */
export function kept(company: string, basis: Content): Content | undefined {
  try {
    const found = JSON.parse(localStorage.getItem(keyOf(company)) ?? 'null') as Content | null
    if (found && found.basedOn === basis.basedOn && found.library === basis.library && Array.isArray(found.own)) return found
  } catch {
    localStorage.removeItem(keyOf(company))
  }
  return undefined
}

/** The library version of what an earlier visit left, e.g. an upgrade not published yet. */
export function keptLibrary(company: string): string | undefined {
  try {
    return (JSON.parse(localStorage.getItem(keyOf(company)) ?? 'null') as Content | null)?.library || undefined
  } catch {
    return undefined
  }
}

/** Leaves a draft for the edit page, e.g. what an upgrade takes. */
export function leave(company: string, content: Content): void {
  localStorage.setItem(keyOf(company), JSON.stringify(content))
}

export function useDraft(company: string): Draft {
  const proposal = shallowRef<Proposal>()
  const content = reactive<Content>({ basedOn: 0, library: '', photos: 'failed', defaults: false, disabled: {}, own: [], settings: {}, older: [] })
  const past = ref<string[]>([])
  const basis = computed(() => (proposal.value ? contentOf(proposal.value) : undefined))

  const replace = (by: Content): void => { Object.assign(content, copy(by)) }

  function take(taken: Proposal): void {
    proposal.value = taken
    past.value = []
    const fresh = contentOf(taken)
    replace(kept(company, fresh) ?? fresh)
  }

  function change(how: (content: Content) => void): void {
    past.value = [...past.value.slice(-49), JSON.stringify(content)]
    how(content)
  }

  function undo(): void {
    const last = past.value.at(-1)
    if (!last) return
    past.value = past.value.slice(0, -1)
    replace(JSON.parse(last) as Content)
  }

  const asks = computed(() => {
    const from = proposal.value
    if (!from) return []
    const hints = new Map(from.hints.map((hint) => [hint.code, hint]))
    const library = from.plain.map((ask) => ({ ...merged(ask, content.settings[ask.code], hints.get(ask.code), content), disabled: content.disabled[ask.code] ?? '' }))
    const names = new Map(from.plain.map((ask) => [ask.module, ask.moduleName]))
    const mine = content.own.map((item) => ({ ...ownAsked(item, names, content.photos), disabled: content.disabled[item.code] ?? '' }))
    return [...names.keys()].flatMap((module) => [...library, ...mine].filter((ask) => ask.module === module)).concat(mine.filter((ask) => ask.module === 'OWN'))
  })

  const sayOf = (of: Content, code: string): string => JSON.stringify([of.settings[code], of.disabled[code], of.own.find((item) => item.code === code)])
  const changed = computed(() => {
    const was = basis.value
    if (!was) return new Set<string>()
    const codes = [was, content].flatMap((of) => [...Object.keys(of.settings), ...Object.keys(of.disabled), ...of.own.map((item) => item.code)])
    return new Set(codes.filter((code) => sayOf(was, code) !== sayOf(content, code)))
  })
  const dirty = computed(() => basis.value !== undefined && (changed.value.size > 0 || basis.value.photos !== content.photos || basis.value.defaults !== content.defaults || JSON.stringify(basis.value.older) !== JSON.stringify(content.older)))

  watch(content, () => {
    if (!proposal.value) return
    if (dirty.value) leave(company, content)
    else localStorage.removeItem(keyOf(company))
  }, { deep: true })

  return {
    content, asks, changed, dirty, undoable: computed(() => past.value.length), take, undo, change,
    discard: () => { if (basis.value) change(() => replace(basis.value as Content)) },
    set: (code, setting) => change((of) => {
      of.settings = Object.fromEntries(Object.entries(of.settings).filter(([one]) => one !== code))
      if (setting) of.settings[code] = setting
    }),
    putOwn: (item) => change((of) => { of.own = of.own.some((one) => one.code === item.code) ? of.own.map((one) => (one.code === item.code ? item : one)) : [...of.own, item] }),
    removeOwn: (code) => change((of) => {
      of.own = of.own.filter((one) => one.code !== code)
      of.disabled = Object.fromEntries(Object.entries(of.disabled).filter(([one]) => one !== code))
    }),
    disable: (code, why) => change((of) => { of.disabled = { ...of.disabled, [code]: why } }),
    enable: (code) => change((of) => { of.disabled = Object.fromEntries(Object.entries(of.disabled).filter(([one]) => one !== code)) }),
    body: () => ({
      basedOn: content.basedOn, library: content.library, photos: content.photos, defaults: content.defaults, own: content.own, older: content.older,
      disabled: Object.entries(content.disabled).map(([code, reason]) => ({ code, reason })), settings: Object.values(content.settings),
    }),
    forget: () => { localStorage.removeItem(keyOf(company)) },
  }
}
