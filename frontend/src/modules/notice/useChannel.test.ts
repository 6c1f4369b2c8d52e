import { describe, expect, it } from 'vitest'
import { reasonOf, toneOf } from './useChannel'

describe('a delivery of a hook', () => {
  it('says in plain words why it did not arrive', () => {
    const why = (receipt: string, error = '') => reasonOf({ receipt, error })
    expect(why('93000')).toBe('gone')
    expect(why('310000')).toBe('signed')
    expect(why('429')).toBe('often')
    expect(why('503')).toBe('broken')
    expect(why('', 'push: dial tcp: lookup a.cn: no such host')).toBe('unknown')
    expect(why('', 'push: refused for good: the address is in a private network')).toBe('inside')
    expect(why('', 'push: context deadline exceeded')).toBe('silent')
    expect(why('40008', 'push: refused for good: 40008: invalid message type')).toBeUndefined()
    expect(why('200')).toBeUndefined()
  })

  it('looks as it stands', () => {
    expect(['sent', 'dead', 'held', 'cancelled'].map(toneOf)).toEqual(['good', 'bad', 'busy', 'plain'])
  })
})
