import { describe, expect, it } from 'vitest'
import { emptyPrinted, printedBody } from './usePrinted'

describe('printedBody', () => {
  it('leaves out what was not filled in', () => {
    expect(printedBody({ ...emptyPrinted(), validFrom: '2024-02-01' })).toEqual({ validFrom: '2024-02-01' })
  })

  it('sends what is printed on the card', () => {
    expect(printedBody({ ...emptyPrinted(), validFrom: '2024-02-01', validTo: '2030-01-31', number: ' T1 ', tenYearException: true })).toEqual({ validFrom: '2024-02-01', validTo: '2030-01-31', number: 'T1', tenYearException: true })
  })
})
