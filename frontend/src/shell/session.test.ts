import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Schema } from '@/api/client'
import { useSession } from './session'

const closed = [{ code: 'draw', name: '双随机抽查计划', text: '', desk: ['visit-plans'], field: [] }]

describe('a feature that is switched off', () => {
  beforeEach(() => setActivePinia(createPinia()))

  it('hides its pages until somebody wants to see what was entered', () => {
    const session = useSession()
    expect(session.hides('visit-plans')).toBe(false)
    session.me = { closed } as unknown as Schema<'AccountMeView'>
    expect(session.hides('visit-plans')).toBe(true)
    expect(session.hides('visits')).toBe(false)
    session.looked.push('draw')
    expect(session.hides('visit-plans')).toBe(false)
    expect(session.closedOf('visit-plans')?.name).toBe('双随机抽查计划')
    session.forget()
    session.me = { closed } as unknown as Schema<'AccountMeView'>
    expect(session.hides('visit-plans')).toBe(true)
  })
})
