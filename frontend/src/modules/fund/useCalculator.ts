import { computed, onScopeDispose, reactive, ref, shallowRef, watch } from 'vue'
import { api, body, type Schema } from '@/api/client'
import { asProblem, type Problem } from '@/api/problem'
import type { Category, Rules, Sub } from './useRules'

export type Result = Schema<'AccrualResult'>
export type Month = Schema<'AccrualMonth'>
export type Work = Schema<'AccrualLineWorking'>
type Sent = Schema<'FundCalcBody'>

/** A business as it is typed. */
export interface Business {
  key: number
  /** `category/sub` */
  choice: string
  hazards: string[]
  revenue: string
  rate: string
  quantities: string[]
}

export const none = (): string[] => Array.from({ length: 12 }, () => '')

let last = 0
export const business = (choice = ''): Business => ({ key: ++last, choice, hazards: [], revenue: '', rate: '', quantities: none() })

const MOST = 10n ** 15n

const plain = (text: string): string => text.normalize('NFKC').replace(/[\s,¥￥]/g, '')

/** Yuan as people type or paste them, in fen: 1,234.5, ¥12元, 1200万, 3.5亿. Undefined for anything else, NaN never. */
export function fenOf(text: string): number | undefined {
  const found = /^(-?)(\d{1,15})(?:\.(\d+))?(万|亿)?元?$/.exec(plain(text))
  if (!found) return undefined
  const [, sign = '', whole = '', part = '', times = ''] = found
  const places = 2 + (times === '万' ? 4 : times === '亿' ? 8 : 0)
  const kept = part.replace(/0+$/, '')
  if (kept.length > places) return undefined
  const fen = BigInt(whole + kept.padEnd(places, '0'))
  return fen > MOST ? undefined : Number(sign ? -fen : fen)
}

/** Output as typed, as the wire wants it; undefined for what is none. */
export function quantityOf(text: string): string | undefined {
  const found = /^(\d{1,12})(?:\.(\d+))?$/.exec(plain(text))
  if (!found) return undefined
  const part = (found[2] ?? '').replace(/0+$/, '')
  return part.length > 3 ? undefined : `${found[1]}${part ? `.${part}` : ''}`
}

/** Cells of what was copied out of a spreadsheet, along a row or down a column. */
export function cells(text: string): string[] {
  const rows = text.replace(/\r/g, '').replace(/\n+$/, '').split('\n').map((row) => row.split('\t').map((cell) => cell.trim()))
  const flat = rows.length === 1 ? rows[0]! : rows.map((row) => row.findLast((cell) => cell !== '') ?? '')
  return flat.length > 1 ? flat : []
}

export interface Chosen { category: Category; sub: Sub }

export function chosen(rules: Rules | undefined, choice: string): Chosen | undefined {
  const [code, of] = choice.split('/')
  const category = rules?.categories.find((one) => one.code === code)
  const sub = category?.subs.find((one) => one.code === of)
  return category && sub ? { category, sub } : undefined
}

export const onRevenue = (sub: Sub): boolean => sub.timing === 'average_monthly'

/** Sub-categories of one category that may hold together, as a mine's hazards do. */
export const companions = (one: Chosen): Sub[] => (one.category.code === 'coal' ? one.category.subs.filter((sub) => sub.code !== one.sub.code && sub.method === 'per_unit') : [])

/** The company's own rate as typed (percent, or yuan a unit) for the wire; undefined for what is none. */
export function rateOf(text: string, sub: Sub): string | undefined {
  const found = /^(\d{1,9})(?:\.(\d{1,6}))?$/.exec(plain(text).replace(/%$/, ''))
  if (!found) return undefined
  if (sub.method === 'per_unit') return found[0]
  const digits = `00${found[1]}`
  return `${digits.slice(0, -2)}.${digits.slice(-2)}${found[2] ?? ''}`.replace(/^0+(?=\d)/, '')
}

/** What was typed into the calculator. */
export interface Typed {
  year: number
  firstYear: boolean
  inseparable: boolean
  opening: string
  priorDue: string
  used: string[]
  lines: Business[]
}

/** The request, once all is there that is needed; otherwise undefined. */
export function request(form: Typed, rules: Rules | undefined): Sent | undefined {
  const lines: Sent['lines'] = []
  for (const line of form.lines) {
    const one = chosen(rules, line.choice)
    if (!one) return undefined
    const rate = line.rate ? rateOf(line.rate, one.sub) : ''
    const base = { key: String(line.key), category: one.category.code, sub: one.sub.code, ...(line.hazards.length ? { hazards: line.hazards } : {}), ...(rate ? { rate } : {}) }
    if (rate === undefined) return undefined
    if (onRevenue(one.sub)) {
      const revenueFen = fenOf(line.revenue)
      if (revenueFen === undefined || revenueFen < 0) return undefined
      lines.push({ ...base, revenueFen })
    } else {
      const quantities = line.quantities.map((text) => (text.trim() ? quantityOf(text) : ''))
      if (quantities.includes(undefined) || !quantities.some(Boolean)) return undefined
      lines.push({ ...base, quantities: quantities as string[] })
    }
  }
  const money = [form.opening, form.priorDue, ...form.used].map((text) => (text.trim() ? fenOf(text) : 0))
  if (!lines.length || money.includes(undefined) || money.slice(1).some((fen) => fen! < 0)) return undefined
  return { year: form.year, firstYear: form.firstYear, inseparable: form.inseparable, openingFen: money[0]!, priorDueFen: money[1]!, usedFen: money.slice(2) as number[], lines }
}

const PAUSE = 300

/** Works a year out while it is typed; what is not complete keeps the last result until it is. */
export function useCalculator(rules: () => Rules | undefined, year: number) {
  const form = reactive<Typed>({ year, firstYear: false, inseparable: false, opening: '', priorDue: '', used: none(), lines: [business()] })
  const result = shallowRef<Result>()
  const problem = shallowRef<Problem>()
  const busy = ref(false)
  const wanted = computed(() => request(form, rules()))
  const text = computed(() => (wanted.value ? JSON.stringify(wanted.value) : ''))
  let timer = 0
  let turn = 0

  async function work(): Promise<void> {
    const mine = ++turn
    if (!wanted.value) {
      result.value = undefined
      problem.value = undefined
      busy.value = false
      return
    }
    busy.value = true
    try {
      const answer = await body(api.POST('/api/fund/calculate', { body: wanted.value }))
      if (mine !== turn) return
      result.value = answer
      problem.value = undefined
    } catch (error) {
      if (mine !== turn) return
      result.value = undefined
      problem.value = asProblem(error)
    } finally {
      if (mine === turn) busy.value = false
    }
  }
  watch(text, () => {
    window.clearTimeout(timer)
    timer = window.setTimeout(() => void work(), text.value ? PAUSE : 0)
  })
  onScopeDispose(() => {
    window.clearTimeout(timer)
    turn++
  })
  return { form, wanted, result, problem, busy, again: work }
}
