import { computed, type ComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Schema } from '@/api/client'
import type { Tone } from '@/parts/StatusTag.vue'
import { today } from '@/parts/format'

export type Ledger = Schema<'FundYearView'>
export type Month = Schema<'FundMonthView'>
export type Line = Schema<'FundLineView'>
export type Working = Schema<'AccrualWorking'>
export type LineWorking = Schema<'AccrualLineWorking'>
export type Profile = Schema<'FundProfileView'>
export type Standards = Schema<'FundStandardsView'>

/** Yuan as typed, with or without thousands, into whole fen; undefined for anything else. Digits only, no arithmetic. */
export function fenOf(text: string): number | undefined {
  const match = /^(-?)(\d{1,3}(?:,\d{3}){1,3}|\d{1,12})(?:\.(\d{1,2}))?$/.exec(text.trim())
  if (!match) return undefined
  return Number(`${match[1]}${(match[2] ?? '').replaceAll(',', '')}${(match[3] ?? '').padEnd(2, '0')}`)
}

/** A decimal with its point moved: 0.045 by 2 is 4.5, 123456.5 by -2 is 1234.565. Digits only. */
export function shifted(decimal: string, places: number): string {
  const [whole = '0', part = ''] = decimal.replace('-', '').split('.')
  const pad = Math.abs(places) + 1
  const digits = whole.padStart(pad, '0') + part.padEnd(pad, '0')
  const point = whole.padStart(pad, '0').length + places
  const left = digits.slice(0, point).replace(/^0+(?=\d)/, '')
  const right = digits.slice(point).replace(/0+$/, '')
  return `${decimal.startsWith('-') ? '-' : ''}${left}${right ? `.${right}` : ''}`
}

/** Share as percent, any other rate as it is. */
export function rateText(rate: string | null | undefined, perUnit: boolean): string {
  if (!rate) return ''
  return perUnit ? rate : `${shifted(rate, 2)}%`
}

/** Thousands in a decimal: 41250.5 → 41,250.5. */
export function grouped(decimal: string): string {
  const [whole = '', part] = decimal.split('.')
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (part ? `.${part}` : '')
}

export const TONES: Record<Month['state'], Tone> = { before: 'plain', closed: 'good', reopened: 'warn', open: 'busy', future: 'plain' }

export function used(month: Month): number {
  return month.usedExpenseFen + month.usedCapitalFen
}

/** What closing a month books on top of what stands: account numbers and amounts. */
export function vouchers(month: Month, cost: string): { debit: string; credit: string; amountFen: number; event: 'accrual' | 'top_up' | 'excess' }[] {
  const all = [
    { event: 'accrual' as const, amountFen: month.accruedFen },
    { event: 'top_up' as const, amountFen: month.topUpFen },
    { event: 'excess' as const, amountFen: month.excessFen },
  ]
  return all
    .filter((one) => one.amountFen !== 0)
    .map((one) => (one.amountFen > 0 ? { debit: cost, credit: '4301', ...one } : { debit: '4301', credit: cost, event: one.event, amountFen: -one.amountFen }))
}

/** The company and year that the address names: regulators come with a company. */
export function useYear(): { year: ComputedRef<number>; companyId: ComputedRef<string>; query: ComputedRef<{ companyId?: string }>; turn(year: number): void } {
  const route = useRoute()
  const router = useRouter()
  const companyId = computed(() => String(route.query.companyId ?? ''))
  return {
    year: computed(() => Number(route.query.year) || Number(today().slice(0, 4))),
    companyId,
    query: computed(() => (companyId.value ? { companyId: companyId.value } : {})),
    turn: (year) => void router.replace({ query: { ...route.query, year: String(year) } }),
  }
}
