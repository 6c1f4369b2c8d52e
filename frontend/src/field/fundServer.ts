import { api, body, keyed, type Schema } from '@/api/client'
import type { ExpenseContent } from './core/shelf'

// What the page of an expense asks of the server.

export type FundItems = Schema<'FundItemsView'>
export type Looked = Schema<'FundLookedView'>

/** What the fund may be used for, and from which amounts more is asked. */
export function readFundItems(): Promise<FundItems> {
  return body(api.GET('/api/fund/items'))
}

/** What stands against an expense: a second time the same invoice, or a purpose that may not be charged. */
export function lookAt({ purpose, invoiceNo, amount }: Pick<ExpenseContent, 'purpose' | 'invoiceNo' | 'amount'>): Promise<Looked> {
  const amountFen = fenOf(amount)
  return body(api.GET('/api/fund/expenses/check', { params: { query: { purpose, invoiceNo, ...(amountFen ? { amountFen } : {}) } } }))
}

/** Yuan as typed into whole fen; undefined for anything else. Digits only, no arithmetic. */
export function fenOf(typed: string): number | undefined {
  const match = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(typed.normalize('NFKC').replace(/[\s,]/g, '').replace(/。/g, '.'))
  return match ? Number(`${match[1]}${(match[2] ?? '').padEnd(2, '0')}`) : undefined
}

export async function sendExpense(id: string, content: ExpenseContent, photos: Record<string, string[]>): Promise<string> {
  const { spentOn, amount, use, payee, purpose, invoiceNo, tie, tieId, doubtReason } = content
  const [category = '', item = ''] = use.split('|')
  const sent = {
    spentOn, amountFen: fenOf(amount) ?? 0, category, item: Number(item), payee: payee.trim(), purpose: purpose.trim(), invoiceNo: invoiceNo.trim(), doubtReason: doubtReason.trim(),
    files: photos[''] ?? [], submit: true, ...(tie ? { tie, tieId } : {}),
  }
  return (await body(api.POST('/api/fund/expenses', { body: sent, ...keyed(id) }))).id
}
