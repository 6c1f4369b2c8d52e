import { describe, expect, it } from 'vitest'
import { namesOf, shareOf, shareText, verbsOf } from './useMajors'

describe('shares', () => {
  it('reads what people type', () => {
    expect(['35', '52.5', '100%', '0'].map(shareOf)).toEqual([3500, 5250, 10_000, 0])
    expect(['', 'x', '101', '-1', '1.234'].map(shareOf)).toEqual([undefined, undefined, undefined, undefined, undefined])
  })
  it('shows them', () => expect([0, 5250, 10_000].map(shareText)).toEqual(['0%', '52.5%', '100%']))
})

it('takes names apart', () => expect(namesOf('王工、李工，赵工 ')).toEqual(['王工', '李工', '赵工']))

it('keeps the order of the buttons', () => expect(verbsOf({ verbs: ['ask', 'report', 'unknown'] })).toEqual(['report', 'ask']))
