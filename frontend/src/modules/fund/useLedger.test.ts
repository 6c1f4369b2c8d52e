import { describe, expect, it } from 'vitest'
import { fenOf, grouped, rateText, shifted, vouchers, type Month } from './useLedger'

describe('fenOf', () => {
  it('reads yuan to the fen', () => {
    expect(['0', '12', '12.5', '1,234.56', '-3', '999999999999.99', ' 7 '].map(fenOf)).toEqual([0, 1200, 1250, 123456, -300, 99999999999999, 700])
  })
  it('reads nothing else', () => {
    expect(['', '.5', '1.234', '1e3', '12,34', '1,2345', '１', '--1', '1.', 'x'].map(fenOf)).toEqual(Array.from({ length: 10 }, () => undefined))
  })
})

describe('decimals', () => {
  it('move their point', () => {
    expect([shifted('0.045', 2), shifted('1', 2), shifted('0.0005', 2), shifted('123456.5', -2), shifted('5', -2), shifted('0', -2), shifted('-12.5', -2)]).toEqual(['4.5', '100', '0.05', '1234.565', '0.05', '0', '-0.125'])
  })
  it('are shares or amounts', () => {
    expect([rateText('0.02', false), rateText('50', true), rateText('7.5', true), rateText(null, true)]).toEqual(['2%', '50', '7.5', ''])
    expect([grouped('41250.5'), grouped('999'), grouped('1234567')]).toEqual(['41,250.5', '999', '1,234,567'])
  })
})

it('a negative accrual is booked the other way round', () => {
  const month = { accruedFen: -500, topUpFen: 0, excessFen: 200 } as Month
  expect(vouchers(month, '6602')).toEqual([
    { event: 'accrual', debit: '4301', credit: '6602', amountFen: 500 },
    { event: 'excess', debit: '6602', credit: '4301', amountFen: 200 },
  ])
})
