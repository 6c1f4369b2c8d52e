import type { Schema } from '@/api/client'
import type { Working } from './useAssess'

export type Adjustment = Schema<'PerformanceAdjustment'>

/** What a form about somebody's part of a score holds: points as people type them. */
export interface Draft {
  deductions: { points: number; reason: string }[]
  falseRecords: { cellId: string; reason: string }[]
  veto: string
  strikes: { hazardId: string; reason: string; on: boolean; label: string }[]
}

/** The form as the working stands now. */
export function draftOf(working: Working): Draft {
  const strikes = new Map<string, Draft['strikes'][number]>()
  const computed = [...working.deductions.filter((off) => off.kind !== 'manual'), ...working.vetoes.filter((veto) => !veto.by)]
  for (const { hazardId, reason, struck } of computed) if (hazardId) strikes.set(hazardId, { hazardId, reason: struck, on: struck !== '', label: reason })
  return {
    deductions: working.deductions.filter((off) => off.kind === 'manual').map((off) => ({ points: off.points / 100, reason: off.reason })),
    falseRecords: working.cells.filter((cell) => cell.false).map((cell) => ({ cellId: cell.cellId, reason: cell.false })),
    veto: working.vetoes.find((veto) => veto.by)?.reason ?? '',
    strikes: [...strikes.values()],
  }
}

/** What the server is sent: points in hundredths, only what was filled in. */
export function adjustmentOf(draft: Draft): Adjustment {
  return {
    deductions: draft.deductions.filter((off) => off.points > 0).map((off) => ({ points: Math.round(off.points * 100), reason: off.reason.trim() })),
    falseRecords: draft.falseRecords.filter((one) => one.cellId).map((one) => ({ cellId: one.cellId, reason: one.reason.trim() })),
    strikes: draft.strikes.filter((one) => one.on).map((one) => ({ hazardId: one.hazardId, reason: one.reason.trim() })),
    ...(draft.veto.trim() ? { veto: draft.veto.trim() } : {}),
  }
}

/** True when nothing that needs a reason lacks one. */
export function complete(draft: Draft): boolean {
  return [...draft.deductions.filter((off) => off.points > 0), ...draft.falseRecords.filter((one) => one.cellId), ...draft.strikes.filter((one) => one.on)].every((one) => one.reason.trim() !== '')
}
