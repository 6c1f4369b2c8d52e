import type { Schema } from '@/api/client'
import type { Asked } from './useGroups'

export type OwnItem = Schema<'ChecklistOwnItem'>
export type Setting = Schema<'ChecklistSetting'>
type Hint = Schema<'ChecklistHintView'>
interface Rule { photos: 'failed' | 'major'; defaults: boolean }

/** When an item needs a photo: as said for it, or else as the standard's rule does. `ruled` is what the rule asks of it. */
function photos(when: string, level: string, ruled: boolean): Pick<Asked, 'photoAlways' | 'mustPhoto'> {
  if (when === 'always') return { photoAlways: true, mustPhoto: true }
  if (when === 'failed') return { photoAlways: false, mustPhoto: true }
  if (when === 'never') return { photoAlways: false, mustPhoto: level === 'major' }
  return { photoAlways: false, mustPhoto: level === 'major' || ruled }
}

/** A library item as the draft would ask it. The server decides; this is what the page shows before it is asked. */
export function merged(plain: Asked, setting: Setting | undefined, hint: Hint | undefined, rule: Rule): Asked {
  const out: Asked = { ...plain, limit: rule.defaults ? hint?.limit : undefined }
  const when = setting?.photo || (rule.defaults && hint?.photoAlways ? 'always' : '')
  if (setting) {
    if (setting.requirement) Object.assign(out, { original: plain.requirement, requirement: setting.requirement, why: setting.reason })
    if (setting.level === 'major' && plain.level !== 'major') Object.assign(out, { level: 'major', raised: true, why: setting.reason })
    if (setting.method) out.method = setting.method
    if (setting.frequency) out.frequency = setting.frequency
    if (setting.noLimit) delete out.limit
    if (setting.limit) out.limit = setting.limit
    if (setting.posts?.length) out.posts = setting.posts
    out.phrases = [...new Set([...(setting.phrases ?? []), ...plain.phrases])]
  }
  return { ...out, ...photos(when, out.level, rule.photos === 'failed' && plain.mustPhoto) }
}

/** An own item as the draft would ask it. */
export function ownAsked(item: OwnItem, names: ReadonlyMap<string, string>, rule: 'failed' | 'major'): Asked {
  const level = item.level === 'major' ? 'major' : 'general'
  return {
    code: item.code, module: item.module || 'OWN', moduleName: item.module ? names.get(item.module) ?? item.module : item.group ?? '',
    requirement: item.requirement, method: item.method ?? '', frequency: item.frequency, posts: item.posts ?? [], level, raised: level === 'major',
    basis: item.basis ? [{ code: 'OWN', ref: item.basis, clause: '', confidence: 'own' }] : [], majorBasis: [], otherRegime: {}, phrases: item.phrases ?? [],
    mustReason: level === 'major', disabled: '', limit: item.limit, ...photos(item.photo ?? '', level, rule === 'failed'),
  }
}

/** Whether a setting sets anything. */
export function says(one: Setting): boolean {
  return Boolean(one.requirement || one.method || one.frequency || one.photo || one.limit || one.noLimit || one.posts?.length || one.phrases?.length || one.level === 'major')
}

type Limit = Schema<'ChecklistLimit'>

/** What is wrong with a limit as typed, as the key of its message; empty if nothing. */
export function limitFault(limit: Limit | undefined): '' | 'unit' | 'bounds' | 'number' | 'order' {
  if (!limit) return ''
  const number = /^-?\d{1,9}(\.\d{1,4})?$/
  if (!limit.unit.trim()) return 'unit'
  if (!limit.min && !limit.max) return 'bounds'
  if ([limit.min, limit.max].some((bound) => bound && !number.test(bound))) return 'number'
  return limit.min && limit.max && Number(limit.min) > Number(limit.max) ? 'order' : ''
}
