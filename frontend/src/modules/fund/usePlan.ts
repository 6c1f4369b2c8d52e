import type { EChartsCoreOption } from 'echarts/core'
import type { AnswerOf, Schema } from '@/api/client'
import { yuan } from '@/parts/format'
import { keyOf } from './useExpense'

export type Actual = AnswerOf<'/api/fund/plans/{year}/actual'>
export type PlanItem = Schema<'FundPlanItem'>
export type ActualItem = Actual['items'][number] & { id: string }

/** A year's amount spread over its months so that they sum to it: each month is the difference of the cumulated twelfths. */
export function spread(total: number): number[] {
  const until = (months: number): number => Math.floor((total * months) / 12)
  return Array.from({ length: 12 }, (_, n) => until(n + 1) - until(n))
}

export function sum(amounts: readonly number[]): number {
  return amounts.reduce((all, one) => all + one, 0)
}

/** Ten-thousandths as percent with one decimal, cut: 6099 → 60.9%. A dash for nothing. */
export function rate(bp: number | undefined): string {
  if (bp === undefined) return '—'
  const tenths = Math.trunc(Math.abs(bp) / 10)
  return `${bp < 0 ? '-' : ''}${Math.trunc(tenths / 10)}.${tenths % 10}%`
}

/** Yuan without fen, for an axis. */
export function coarse(fen: number): string {
  return yuan(Math.round(fen)).slice(0, -3)
}

export interface Row {
  key: number
  use: string
  name: string
  unitId: string
  owner: string
  note: string
  months: (number | undefined)[]
}

export function rowsOf(items: readonly PlanItem[]): Row[] {
  return items.map((one, key) => ({ key, use: keyOf(one.category, one.item), name: one.name, unitId: one.unitId ?? '', owner: one.owner ?? '', note: one.note ?? '', months: [...one.monthsFen] }))
}

export function total(row: Row): number {
  return sum(row.months.map((month) => month ?? 0))
}

const COLOURS = { plan: '#a9c4e4', used: '#1d4f91', expected: '#e6a23c', line: '#c0392b' }
const money = { trigger: 'axis', valueFormatter: (value: unknown) => (value === null || value === undefined || value === '-' ? '—' : yuan(Math.round(Number(value)))) }
const grid = { left: 80, right: 24, top: 36, bottom: 28 }
const axis = { type: 'value', axisLabel: { formatter: coarse } }

/** Each month's plan beside its use. */
export function monthly(actual: Actual, t: (key: string) => string): EChartsCoreOption {
  return {
    grid, tooltip: money, legend: { top: 0 }, yAxis: axis, xAxis: { type: 'category', data: actual.months.map((one) => Number(one.month.slice(5))) },
    series: [
      { name: t('fundExpense.planned'), type: 'bar', data: actual.months.map((one) => one.planFen), color: COLOURS.plan },
      { name: t('fundExpense.used'), type: 'bar', data: actual.months.map((one) => one.usedFen), color: COLOURS.used },
    ],
  }
}

/** How plan and use add up over the year, where use leads, and the line below which a statement is needed. */
export function cumulated(actual: Actual, t: (key: string) => string): EChartsCoreOption {
  const last = actual.monthsOver >= 12 ? 11 : Math.max(lastUsed(actual), actual.monthsOver - 1)
  const marks = [
    ...(actual.lineFen > 0 ? [{ yAxis: actual.lineFen, name: t('fundExpense.line60'), lineStyle: { color: COLOURS.line } }] : []),
    ...(actual.dueFen > 0 ? [{ yAxis: actual.dueFen, name: t('fundExpense.due'), lineStyle: { color: '#8b97a8' } }] : []),
  ]
  return {
    grid, tooltip: money, legend: { top: 0 }, yAxis: { ...axis, max: (value: { max: number }) => Math.max(value.max, actual.dueFen) }, xAxis: { type: 'category', data: actual.months.map((one) => Number(one.month.slice(5))) },
    series: [
      { name: t('fundExpense.planned'), type: 'line', data: actual.months.map((one) => one.cumPlanFen), color: COLOURS.plan },
      {
        name: t('fundExpense.used'), type: 'line', color: COLOURS.used, data: actual.months.map((one, n) => (n <= last ? one.cumUsedFen : null)),
        markLine: { symbol: 'none', label: { formatter: '{b}', position: 'insideEndTop' }, data: marks },
      },
      { name: t('fundExpense.expected'), type: 'line', color: COLOURS.expected, lineStyle: { type: 'dashed' }, connectNulls: true, data: actual.months.map((one, n) => (n === 11 ? actual.expectedFen : n === last ? one.cumUsedFen : null)) },
    ],
  }
}

function lastUsed(actual: Actual): number {
  return actual.months.reduce((last, one, n) => (one.usedFen !== 0 ? n : last), -1)
}

/** Plan and use of each item, those with most money on top. */
export function byItem(items: readonly ActualItem[], t: (key: string) => string): EChartsCoreOption {
  const rows = [...items].reverse()
  return {
    grid: { left: 150, right: 30, top: 36, bottom: 28 }, tooltip: { ...money, axisPointer: { type: 'shadow' } }, legend: { top: 0 }, xAxis: axis,
    yAxis: { type: 'category', data: rows.map((one) => short(one.label)) },
    series: [
      { name: t('fundExpense.planned'), type: 'bar', data: rows.map((one) => one.planFen), color: COLOURS.plan },
      { name: t('fundExpense.used'), type: 'bar', data: rows.map((one) => one.usedFen), color: COLOURS.used },
    ],
  }
}

function short(label: string): string {
  return label.length > 11 ? `${label.slice(0, 10)}…` : label
}
