import { expect, test } from 'vitest'
import { touched, type ExpenseContent } from './core/shelf'
import { fenOf } from './fundServer'

test('yuan as a thumb types them', () => {
  expect(['12', '12.5', '1,234.56', '１２。５', ' 0.01 '].map(fenOf)).toEqual([1200, 1250, 123456, 1250, 1])
  expect(['', '-1', '1.234', 'x', '1e3'].map(fenOf)).toEqual([undefined, undefined, undefined, undefined, undefined])
})

test('an expense that was only opened for a hazard is no unfinished work', () => {
  const blank: ExpenseContent = { kind: 'expense', spentOn: '2026-05-20', amount: '', use: '', payee: '', purpose: 'YH-7 光电失效', invoiceNo: '', tie: 'hazard', tieId: '7', tieTitle: 'YH-7 光电失效', doubtReason: '' }
  expect([touched(blank, 0), touched(blank, 1), touched({ ...blank, amount: '1' }, 0), touched({ ...blank, purpose: '换光电' }, 0)]).toEqual([false, true, true, true])
})
