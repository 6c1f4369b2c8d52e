import { expect, test } from 'vitest'
import { declarationOf, lackOf } from './certificateServer'
import { touched, type CardContent } from './core/shelf'

const blank: CardContent = { kind: 'certificate', deed: 'renewal', certificateId: '7', title: '电工证', certificateKind: '', operation: '', number: '', issuer: '', validFrom: '', validTo: '', reviewDueOn: '', reviewedOn: '' }

test('a card that was only opened is no unfinished work', () => {
  expect(touched(blank, 0)).toBe(false)
  expect(touched({ ...blank, validFrom: '2026-06-01' }, 0)).toBe(true)
})

test('a photo and the day on the card are needed', () => {
  expect(lackOf(blank, 0)).toBe('photo')
  expect(lackOf(blank, 1)).toBe('validFrom')
  expect(lackOf({ ...blank, validFrom: '2026-06-01' }, 1)).toBe('')
  expect(lackOf({ ...blank, deed: 'review' }, 1)).toBe('reviewedOn')
  expect(lackOf({ ...blank, deed: 'first' }, 1)).toBe('kind')
})

test('what was left empty is not sent', () => {
  expect(declarationOf('k', { ...blank, validFrom: '2026-06-01', number: ' T1 ' }, { '': ['9'] })).toEqual({ clientId: 'k', deed: 'renewal', certificateId: '7', number: 'T1', validFrom: '2026-06-01', attachmentIds: ['9'] })
  expect(declarationOf('k', { ...blank, deed: 'review', reviewedOn: '2026-06-01', number: 'T1' }, { '': ['9'] })).toEqual({ clientId: 'k', deed: 'review', certificateId: '7', reviewedOn: '2026-06-01', attachmentIds: ['9'] })
})
