import type { Schema } from '@/api/client'

export type Listed = Schema<'FundRuleListed'>
export type Rules = Schema<'FundRuleView'>
export type Category = Schema<'FundCategoryView'>
export type Sub = Schema<'FundSubView'>
export type Figure = Schema<'FundFigureView'>
export type Bracket = Schema<'AccrualBracket'>

type Say = (key: string, params?: Record<string, unknown>) => string

/** A decimal with its point moved, exactly: 0.045 by 2 is 4.5, 4.5 by -2 is 0.045. '' for what is no decimal. */
export function shift(decimal: string, places: number): string {
  const found = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal)
  if (!found) return ''
  const [, sign = '', whole = '', part = ''] = found
  const digits = '0'.repeat(Math.max(0, -places)) + whole + part + '0'.repeat(Math.max(0, places))
  const point = Math.max(0, -places) + whole.length + places
  const left = digits.slice(0, point).replace(/^0+(?=\d)/, '') || '0'
  const right = digits.slice(point).replace(/0+$/, '')
  return `${sign}${left}${right ? `.${right}` : ''}`
}

/** 0.045 as 4.5%. */
export const share = (rate: string): string => `${shift(rate, 2)}%`

/** Digits in groups of three; decimals stay. */
export function grouped(decimal: string): string {
  const [whole = '', part] = decimal.split('.')
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (part ? `.${part}` : '')
}

/** Whole yuan as bounds are written: 1,000万元, 100亿元; in English in full. */
export function bound(yuan: number, t: Say, chinese: boolean): string {
  if (chinese && yuan > 0 && yuan % 100_000_000 === 0) return t('fundRule.hundredMillions', { n: grouped(String(yuan / 100_000_000)) })
  if (chinese && yuan > 0 && yuan % 10_000 === 0) return t('fundRule.tenThousands', { n: grouped(String(yuan / 10_000)) })
  return t('fundRule.yuanOf', { n: grouped(String(yuan)) })
}

export function span(bracket: Bracket, t: Say, chinese: boolean): string {
  if (bracket.untilYuan === null || bracket.untilYuan === undefined) return bracket.fromYuan ? t('fundRule.above', { from: bound(bracket.fromYuan, t, chinese) }) : t('fundRule.whole')
  if (!bracket.fromYuan) return t('fundRule.upTo', { until: bound(bracket.untilYuan, t, chinese) })
  return t('fundRule.between', { from: bound(bracket.fromYuan, t, chinese), until: bound(bracket.untilYuan, t, chinese) })
}

const UNITS: Record<string, string> = { '元/吨': 'yuanPerTonne', '元/千立方米': 'yuanPerKcm', 吨: 'tonne', '吨 / 千立方米': 'oilGas', 元: 'yuan', 千立方米: 'kcm' }

export const unit = (name: string, t: Say): string => (UNITS[name] ? t(`fundRule.units.${UNITS[name]}`) : name)

/** Of what a month's quantity is told: of 元/吨 it is 吨; of a share it is the completed cost in yuan. */
export const counted = (sub: { method: string; unit: string }, t: Say): string => (sub.method === 'per_unit' ? unit(sub.unit.replace(/^元\//, ''), t) : t('fundRule.units.yuan'))

/** A rate as people read it: 1.5% or 50 元/吨. */
export function rateText(rate: string, method: string, per: string, t: Say): string {
  return method === 'per_unit' ? `${grouped(rate)} ${unit(per, t)}` : share(rate)
}

export const named = (one: { zh: string; en: string }, chinese: boolean): string => (chinese ? one.zh : one.en)
export const title = (one: { nameZh: string; nameEn: string }, chinese: boolean): string => (chinese ? one.nameZh : one.nameEn)

/** Whether figures are the same. */
export const same = (a: { rate?: string; brackets: Bracket[] }, b: { rate?: string; brackets: Bracket[] }): boolean => a.rate === b.rate && JSON.stringify(a.brackets) === JSON.stringify(b.brackets)

/** Categories that hold some text, with those of their sub-categories that do; a hit in the head keeps all. */
export function holding(categories: readonly Category[], text: string, only: boolean): Category[] {
  const wanted = text.trim().toLowerCase()
  return categories.flatMap((category) => {
    const head = `${category.nameZh} ${category.nameEn} ${category.clause} ${category.code}`.toLowerCase().includes(wanted)
    const subs = category.subs.filter((sub) => (!only || sub.toVerify) && (head || `${sub.zh} ${sub.en} ${sub.code}`.toLowerCase().includes(wanted)))
    return subs.length ? [{ ...category, subs }] : []
  })
}

/** What was seen of a figure, in the words of whoever looked. */
export const seen = (rules: Pick<Rules, 'sources'>, keys: readonly string[] | undefined): string[] => (keys ?? []).map((key) => rules.sources[key]?.saw ?? key)

/** A bracket as it is edited: bounds in yuan, the rate in percent, both as typed. */
export interface Typed { until: string; percent: string }

export const typed = (brackets: readonly Bracket[]): Typed[] => brackets.map((one) => ({ until: one.untilYuan === null || one.untilYuan === undefined ? '' : String(one.untilYuan), percent: shift(one.rate, 2) }))

/** What is wrong with brackets as typed, by a key of the texts; '' for nothing. */
export function flaw(rows: readonly Typed[]): '' | 'bounds' | 'percents' {
  let from = 0
  for (const [i, row] of rows.entries()) {
    const until = row.until.replace(/,/g, '')
    const last = i === rows.length - 1
    if (last ? until !== '' : !/^[1-9]\d{0,12}$/.test(until) || Number(until) <= from) return 'bounds'
    if (!last) from = Number(until)
    if (!percent(row.percent)) return 'percents'
  }
  return rows.length ? '' : 'bounds'
}

/** A share above 0 and at most 100 % as typed in percent; '' if it is none. */
export function percent(text: string): string {
  const typedText = text.trim()
  if (!/^\d{1,3}(\.\d{1,6})?$/.test(typedText) || !/[1-9]/.test(typedText)) return ''
  const [whole = '', part = ''] = typedText.split('.')
  return Number(whole) < 100 || (Number(whole) === 100 && !/[1-9]/.test(part)) ? shift(typedText, -2) : ''
}

export function brackets(rows: readonly Typed[]): { fromYuan: number; untilYuan?: number; rate: string }[] {
  let from = 0
  return rows.map((row) => {
    const fromYuan = from
    const until = row.until.replace(/,/g, '')
    from = Number(until)
    return { fromYuan, ...(until ? { untilYuan: Number(until) } : {}), rate: percent(row.percent) }
  })
}
